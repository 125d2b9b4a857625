#pragma once

#include <functional>
#include <optional>
#include <string>

#include "backends/access_keys.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/s3/signature.hpp"
#include "serve/http/request.hpp"

namespace corral::serve::s3 {

/// How a request's body is framed and covered by its signature (x-amz-content-sha256).
enum class Payload {
  hashed,            ///< its SHA-256 is signed
  unsigned_whole,    ///< UNSIGNED-PAYLOAD
  signed_chunks,     ///< STREAMING-AWS4-HMAC-SHA256-PAYLOAD
  signed_trailer,    ///< STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
  unsigned_trailer,  ///< STREAMING-UNSIGNED-PAYLOAD-TRAILER
};

/// Whose a request is, and what is needed to check its body.
struct Authentication {
  AccessKey key;
  Payload payload = Payload::unsigned_whole;
  std::string payload_hash;  ///< of a hashed body, in hex
  std::string signature;     ///< of the request: what the signature of the first chunk follows
  corral::s3::SigningScope scope;
  Sha256 signing_key{};
};

/// Looks up a key pair by its id.
using FindKey = std::function<std::optional<AccessKey>(std::string_view id)>;

/// Checks the signature of a request, in its Authorization header or, presigned, in its query (AWS signature
/// version 4, any region). nullopt: it carries none. `parameters` are those of its query. Throws S3Error:
/// InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed (15 minutes), ExpiredRequest,
/// AccessDenied, AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidRequest.
std::optional<Authentication> authenticate(const Request& request, const http::Parameters& parameters,
                                           UnixMillis now, const FindKey& find_key);

}  // namespace corral::serve::s3
