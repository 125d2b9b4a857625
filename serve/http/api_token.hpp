#pragma once

#include <string>
#include <string_view>

#include "backends/access_keys.hpp"

namespace corral::serve {

/// The id that the REST API gives of its token: it tells tokens apart and reveals nothing of them. 32 hex
/// digits.
std::string token_id(std::string_view token);

/// The key pair of the S3 endpoint that comes with a token of the API, as with one of Cloudflare's: the id of
/// the token, and the SHA-256 of the token as the secret (developers.cloudflare.com/r2/api/tokens). It is
/// good for all buckets.
AccessKey key_of_token(std::string_view token);

}  // namespace corral::serve
