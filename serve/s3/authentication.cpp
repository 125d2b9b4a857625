#include "serve/s3/authentication.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "serve/http/gate.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::SignedRequest;
using corral::s3::signing_algorithm;
using corral::s3::unsigned_payload;

namespace {

constexpr UnixMillis largest_skew = UnixMillis{15} * 60 * one_second;
constexpr std::int64_t longest_validity = std::int64_t{7} * 24 * 60 * 60;

/// What a request says about its signature, wherever it says it.
struct Claim {
  std::string credential;      ///< "KEY/20130524/auto/s3/aws4_request"
  std::string signed_headers;  ///< "host;x-amz-date"
  std::string signature;
  std::string time;
  std::optional<std::int64_t> validity;  ///< in seconds; presigned only
};

S3Error malformed(const Claim& claim, std::string_view what) {
  return claim.validity ? S3Error(400, "AuthorizationQueryParametersError",
                                  fmt::format("Error parsing the query: {}.", what))
                        : S3Error(400, "AuthorizationHeaderMalformed",
                                  fmt::format("The authorization header is malformed: {}.", what));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

const std::string* parameter(const http::Parameters& parameters, std::string_view name) {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& one) { return one.first == name; });
  return found == parameters.end() ? nullptr : &found->second;
}

std::optional<Claim> claim_in_header(const Request& request) {
  const auto header = request.header("authorization");
  if (!header || header->empty()) return std::nullopt;
  Claim claim;
  std::string_view rest = trimmed(*header);
  if (!rest.starts_with(signing_algorithm)) {
    if (rest.starts_with("AWS ")) {
      throw S3Error(400, "InvalidRequest",
                    "The authorization mechanism you have provided is not supported. Please use "
                    "AWS4-HMAC-SHA256.");
    }
    throw S3Error(400, "InvalidArgument", "Unsupported Authorization Type");
  }
  rest.remove_prefix(signing_algorithm.size());
  for (const std::string_view one : split(rest, ',')) {
    const std::string_view field = trimmed(one);
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string_view name = field.substr(0, equals);
    const std::string value(field.substr(std::min(equals + 1, field.size())));
    if (name == "Credential") claim.credential = value;
    if (name == "SignedHeaders") claim.signed_headers = value;
    if (name == "Signature") claim.signature = value;
  }
  claim.time = request.header("x-amz-date").value_or("");
  return claim;
}

std::optional<Claim> claim_in_query(const http::Parameters& parameters) {
  if (parameter(parameters, "AWSAccessKeyId") != nullptr) {
    throw S3Error(
        400, "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  }
  if (parameter(parameters, "X-Amz-Signature") == nullptr &&
      parameter(parameters, "X-Amz-Algorithm") == nullptr)
    return std::nullopt;
  Claim claim;
  claim.validity = 0;
  const auto required = [&](std::string_view name) -> const std::string& {
    const std::string* const value = parameter(parameters, name);
    if (value == nullptr) throw malformed(claim, fmt::format("{} is missing", name));
    return *value;
  };
  if (required("X-Amz-Algorithm") != signing_algorithm)
    throw malformed(claim, "X-Amz-Algorithm only supports AWS4-HMAC-SHA256");
  claim.credential = required("X-Amz-Credential");
  claim.signed_headers = required("X-Amz-SignedHeaders");
  claim.signature = required("X-Amz-Signature");
  claim.time = required("X-Amz-Date");
  const std::string& seconds = required("X-Amz-Expires");
  std::int64_t validity = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), validity);
  const bool is_number = error == std::errc() && end == seconds.data() + seconds.size();
  // An address that ended before it was made is a well-formed one that is over.
  if (!is_number || validity == 0 || validity > longest_validity)
    throw malformed(claim, fmt::format("X-Amz-Expires must be 1 to {} seconds", longest_validity));
  claim.validity = validity;
  return claim;
}

void check_time(const Claim& claim, UnixMillis moment, UnixMillis now) {
  if (!claim.validity) {
    if (moment > now + largest_skew || moment < now - largest_skew) {
      throw S3Error(403, "RequestTimeTooSkewed",
                    "The difference between the request time and the current time is too large.");
    }
    return;
  }
  if (moment > now + largest_skew) throw access_denied("Request is not yet valid");
  if (*claim.validity < 0 || now >= moment + *claim.validity * one_second)
    throw access_denied("Request has expired");
}

/// The headers that the signature covers. Host must be one of them, and so must those of Amazon's: else a
/// request could be given others on its way.
std::vector<http::Header> covered_headers(const Request& request, const Claim& claim) {
  std::vector<http::Header> covered;
  const std::vector<std::string_view> names = split(claim.signed_headers, ';');
  const auto is_covered = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_covered("host")) throw malformed(claim, "SignedHeaders must include host");
  for (const http::Header& header : request.headers) {
    const std::string name = ascii_lower(header.name);
    if (is_covered(name)) {
      covered.push_back(header);
    } else if (name.starts_with("x-amz-") && !(claim.validity && name == "x-amz-content-sha256")) {
      throw access_denied(
          fmt::format("There were headers present in the request which were not signed: {}", name));
    }
  }
  return covered;
}

Payload payload_of(std::string_view hash) {
  if (hash == unsigned_payload) return Payload::unsigned_whole;
  if (hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return Payload::signed_chunks;
  if (hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") return Payload::signed_trailer;
  if (hash == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return Payload::unsigned_trailer;
  constexpr std::size_t digits = 64;
  if (hash.size() == digits && hash.find_first_not_of("0123456789abcdef") == std::string_view::npos)
    return Payload::hashed;
  throw S3Error(400, "InvalidArgument",
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a streaming kind or a "
                "valid SHA-256.");
}

}  // namespace

std::optional<Authentication> authenticate(const Request& request, const http::Parameters& parameters,
                                           UnixMillis now, const FindKey& find_key) {
  std::optional<Claim> claim = claim_in_header(request);
  if (claim && (parameter(parameters, "X-Amz-Algorithm") != nullptr)) {
    throw invalid_argument(
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, or the "
        "Authorization header should be specified");
  }
  if (!claim) claim = claim_in_query(parameters);
  if (!claim) return std::nullopt;

  const std::vector<std::string_view> credential = split(claim->credential, '/');
  if (credential.size() != 5 || credential[3] != "s3" || credential[4] != "aws4_request")
    throw malformed(*claim, "the credential must be KEY/DATE/REGION/s3/aws4_request");
  const auto moment = corral::s3::parse_signing_time(claim->time);
  if (!moment) throw access_denied("AWS authentication requires a valid Date or x-amz-date header");

  Authentication result;
  result.scope = {.moment = *moment, .region = std::string(credential[2]), .service = "s3"};
  if (result.scope.time().substr(0, credential[1].size()) != credential[1])
    throw malformed(*claim, "the date of the credential is not that of the request");
  check_time(*claim, *moment, now);
  auto key = find_key(credential[0]);
  if (!key) {
    throw S3Error(403, "InvalidAccessKeyId",
                  "The AWS Access Key Id you provided does not exist in our records.");
  }
  result.key = std::move(*key);

  std::string payload_hash;
  if (const auto header = request.header("x-amz-content-sha256")) {
    payload_hash = *header;
  } else if (!claim->validity) {
    throw S3Error(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  } else if (const std::string* const value = parameter(parameters, "X-Amz-Content-Sha256")) {
    payload_hash = *value;
  } else {
    payload_hash = unsigned_payload;
  }
  SignedRequest covered{.method = request.method,
                        .path = http::percent_decode(request.path),
                        .query = {},
                        .headers = covered_headers(request, *claim),
                        // A presigned address is signed before its body is known.
                        .payload_hash = payload_hash};
  for (const auto& one : parameters) {
    if (one.first != "X-Amz-Signature" || !claim->validity) covered.query.push_back(one);
  }
  const auto matches = [&] {
    return equal_secrets(corral::s3::signature(result.key.secret, covered, result.scope), claim->signature);
  };
  bool is_good = matches();
  if (!is_good && claim->validity && payload_hash != unsigned_payload) {
    covered.payload_hash = unsigned_payload;
    is_good = matches();
  }
  if (!is_good) {
    throw S3Error(403, "SignatureDoesNotMatch",
                  "The request signature we calculated does not match the signature you provided. Check your "
                  "secret access key and signing method.");
  }
  result.payload = payload_of(payload_hash);
  if (result.payload == Payload::hashed) result.payload_hash = payload_hash;
  result.signature = claim->signature;
  result.signing_key = corral::s3::signing_key(result.key.secret, result.scope);
  return result;
}

}  // namespace corral::serve::s3
