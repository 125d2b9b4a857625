#pragma once

#include <string>

#include "backends/cloudflare/secret.hpp"
#include "backends/cloudflare/session.hpp"

namespace corral::cloudflare {

/// The keys that sign requests to R2's S3 endpoint.
struct S3Keys {
  std::string id;        ///< the access key id: not a secret
  Secret secret;         ///< the secret access key
  Secret session_token;  ///< of temporary keys; else empty
  std::string source;    ///< for messages: the variable with the id, or with the API token
};

/// The first that are set of: R2_ACCESS_KEY_ID with R2_SECRET_ACCESS_KEY; AWS_ACCESS_KEY_ID with
/// AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), unless the id is one of Amazon's own; those of the API
/// token: their id is the token's id, found out by a request, and their secret the SHA-256 of the token
/// (developers.cloudflare.com/r2/api/tokens, "Get S3 API credentials from an API token"). Throws
/// `denied` if nothing is set, `usage` if half of a pair is missing.
S3Keys find_s3_keys(Session& session);

}  // namespace corral::cloudflare
