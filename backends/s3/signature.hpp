#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/http/client.hpp"
#include "backends/http/url.hpp"

/// AWS Signature Version 4 as S3 has it ("Authenticating Requests (AWS Signature Version 4)" in Amazon's S3
/// API reference): for the client that signs a request and for the server that checks it. Pure functions: the
/// time is an argument, and nothing is looked up.
namespace corral::s3 {

/// Stands for the hash of a payload that the signature does not cover. Enough over TLS, which protects it.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view signing_algorithm = "AWS4-HMAC-SHA256";

/// What a signature covers of a request.
struct SignedRequest {
  std::string method;
  std::string path;             ///< decoded: "/bucket/a key". S3 folds nothing, not even "//" and ".."
  http::Parameters query = {};  ///< decoded, in any order; without X-Amz-Signature
  std::vector<http::Header> headers = {};  ///< those to be covered, Host among them, in any order
  std::string payload_hash;                ///< SHA-256 of the body in hex, or `unsigned_payload`
};

/// What a signature is for.
struct SigningScope {
  UnixMillis moment = 0;  ///< when it is made, to the second
  std::string region;     ///< R2: "auto"
  std::string service = "s3";

  /// "20130524T000000Z"
  [[nodiscard]] std::string time() const;
  /// "20130524/us-east-1/s3/aws4_request"
  [[nodiscard]] std::string text() const;
};

/// Reads `SigningScope::time`; nullopt for anything else.
std::optional<UnixMillis> parse_signing_time(std::string_view text);

/// The key that signs, derived from the secret access key: good for one day, region and service.
Sha256 signing_key(std::string_view secret, const SigningScope& scope);

/// The signature of a chunk of an aws-chunked body ("Transferring Payload in Multiple Chunks"). `previous`:
/// that of the chunk before, or of the request; `hash`: SHA-256 of the chunk's bytes in hex.
std::string chunk_signature(const Sha256& key, const SigningScope& scope, std::string_view previous,
                            std::string_view hash);

/// The signature of its trailer; `hash`: SHA-256 in hex of the trailing headers, each as "name:value\n".
std::string trailer_signature(const Sha256& key, const SigningScope& scope, std::string_view previous,
                              std::string_view hash);

/// Percent-encodes everything but letters, digits and -._~ (and '/', if it is to stay).
std::string uri_encode(std::string_view bytes, bool keep_slash);

/// "host;range;x-amz-date": the names in lower case, sorted, each once.
std::string signed_headers(const SignedRequest& request);

std::string canonical_request(const SignedRequest& request);

std::string string_to_sign(const SignedRequest& request, const SigningScope& scope);

/// In lower-case hex. `secret`: the secret access key.
std::string signature(std::string_view secret, const SignedRequest& request, const SigningScope& scope);

/// The value of the Authorization header. The request must have its x-amz-date (`scope.time()`) among its
/// headers.
std::string authorization(std::string_view key_id, std::string_view secret, const SignedRequest& request,
                          const SigningScope& scope);

/// The parameters that make an address a permission for `seconds` (1 to 604,800), X-Amz-Signature last. They
/// are added to those of the request, which has no X-Amz-... of its own, and whose payload is taken for
/// unsigned.
http::Parameters presigned_query(std::string_view key_id, std::string_view secret, SignedRequest request,
                                 const SigningScope& scope, std::int64_t seconds);

/// Who signs an address, and for how long.
struct Presigning {
  std::string endpoint;  ///< "https://example.com", without a slash at its end; may have a path
  std::string key_id;
  std::string secret;
  std::string session_token = {};  ///< of temporary keys; empty if absent
  SigningScope scope;
  std::int64_t seconds = 0;
};

/// The complete URL. `path`: decoded, relative to the endpoint. Throws invalid_input if the endpoint is not a
/// URL.
std::string presigned_url(const Presigning& how, const std::string& method, const std::string& path,
                          const http::Parameters& query);

}  // namespace corral::s3
