#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace corral {

/// Base64 (RFC 4648, section 4) with padding.
std::string base64_encode(std::string_view bytes);

/// The bytes of base64 text, in the standard or the URL alphabet, with spaces and line breaks anywhere (as
/// `base64` prints it) and any padding or none; nullopt if it is not base64. Of what Node's Buffer takes, and
/// so wrangler, that is all that loses nothing: Node also passes over other characters, and over what follows
/// padding.
std::optional<std::string> base64_decode(std::string_view text);

/// Base64 in the URL alphabet (RFC 4648, section 5) without padding: safe in a shell word.
std::string base64url_encode(std::string_view bytes);

}  // namespace corral
