#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace corral {

/// Base64 (RFC 4648, section 4) with padding.
std::string base64_encode(std::string_view bytes);

/// Decodes base64 in the standard or the URL alphabet, with whitespace anywhere (as `base64` prints it) and
/// optional padding; nullopt for anything else. Stricter than Node's Buffer, and so wrangler, which also
/// skips invalid characters and ignores whatever follows padding: this accepts only what decodes without
/// loss.
std::optional<std::string> base64_decode(std::string_view text);

/// Base64 in the URL alphabet (RFC 4648, section 5) without padding: needs no quoting in a shell.
std::string base64url_encode(std::string_view bytes);

}  // namespace corral
