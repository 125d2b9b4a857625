#include "backends/s3/signature.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <span>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"

namespace corral::s3 {

namespace {

/// A signature of later versions of the protocol would have another end.
constexpr std::string_view scope_end = "aws4_request";

std::string utc(UnixMillis moment, const char* form) {
  const std::time_t seconds = moment / one_second;
  std::tm date{};
  ::gmtime_r(&seconds, &date);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &date)};
}

std::string day(UnixMillis moment) {
  return utc(moment, "%Y%m%d");
}

/// Without blanks at its ends, and with one where there were several.
std::string trimmed(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

/// By name; the values of a header that is there several times are one list, in their order.
std::map<std::string, std::string> canonical_headers(const SignedRequest& request) {
  std::map<std::string, std::string> headers;
  for (const http::Header& header : request.headers) {
    const auto [at, is_new] = headers.try_emplace(ascii_lower(header.name), trimmed(header.value));
    if (!is_new) at->second += "," + trimmed(header.value);
  }
  return headers;
}

std::string canonical_query(const http::Parameters& query) {
  http::Parameters encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query)
    encoded.emplace_back(uri_encode(name, false), uri_encode(value, false));
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) {
    if (!text.empty()) text += '&';
    text += name;
    text += '=';
    text += value;
  }
  return text;
}

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace

Sha256 signing_key(std::string_view secret, const SigningScope& scope) {
  Sha256 key = hmac_sha256(bytes_of("AWS4" + std::string(secret)), bytes_of(day(scope.moment)));
  key = hmac_sha256(key, bytes_of(scope.region));
  key = hmac_sha256(key, bytes_of(scope.service));
  return hmac_sha256(key, bytes_of(scope_end));
}

std::string chunk_signature(const Sha256& key, const SigningScope& scope, std::string_view previous,
                            std::string_view hash) {
  return hex(
      hmac_sha256(key, bytes_of(fmt::format("{}-PAYLOAD\n{}\n{}\n{}\n{}\n{}", signing_algorithm, scope.time(),
                                            scope.text(), previous, hex(sha256("")), hash))));
}

std::string trailer_signature(const Sha256& key, const SigningScope& scope, std::string_view previous,
                              std::string_view hash) {
  return hex(hmac_sha256(key, bytes_of(fmt::format("{}-TRAILER\n{}\n{}\n{}\n{}", signing_algorithm,
                                                   scope.time(), scope.text(), previous, hash))));
}

std::optional<UnixMillis> parse_signing_time(std::string_view text) {
  std::tm date{};
  const std::string terminated(text);
  const char* const end = ::strptime(terminated.c_str(), "%Y%m%dT%H%M%SZ", &date);
  constexpr std::size_t length = std::string_view("20130524T000000Z").size();
  if (end == nullptr || *end != '\0' || text.size() != length) return std::nullopt;
  return ::timegm(&date) * one_second;
}

std::string SigningScope::time() const {
  return utc(moment, "%Y%m%dT%H%M%SZ");
}

std::string SigningScope::text() const {
  return fmt::format("{}/{}/{}/{}", day(moment), region, service, scope_end);
}

std::string uri_encode(std::string_view bytes, bool keep_slash) {
  return http::percent_encode(bytes, keep_slash ? "-._~/" : "-._~");
}

std::string signed_headers(const SignedRequest& request) {
  std::string names;
  for (const auto& [name, value] : canonical_headers(request)) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

std::string canonical_request(const SignedRequest& request) {
  std::string text =
      request.method + "\n" + uri_encode(request.path, true) + "\n" + canonical_query(request.query) + "\n";
  for (const auto& [name, value] : canonical_headers(request)) text += fmt::format("{}:{}\n", name, value);
  return text + "\n" + signed_headers(request) + "\n" + request.payload_hash;
}

std::string string_to_sign(const SignedRequest& request, const SigningScope& scope) {
  return fmt::format("{}\n{}\n{}\n{}", signing_algorithm, scope.time(), scope.text(),
                     hex(sha256(canonical_request(request))));
}

std::string signature(std::string_view secret, const SignedRequest& request, const SigningScope& scope) {
  return hex(hmac_sha256(signing_key(secret, scope), bytes_of(string_to_sign(request, scope))));
}

std::string authorization(std::string_view key_id, std::string_view secret, const SignedRequest& request,
                          const SigningScope& scope) {
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", signing_algorithm, key_id,
                     scope.text(), signed_headers(request), signature(secret, request, scope));
}

http::Parameters presigned_query(std::string_view key_id, std::string_view secret, SignedRequest request,
                                 const SigningScope& scope, std::int64_t seconds) {
  http::Parameters query = {{"X-Amz-Algorithm", std::string(signing_algorithm)},
                            {"X-Amz-Credential", fmt::format("{}/{}", key_id, scope.text())},
                            {"X-Amz-Date", scope.time()},
                            {"X-Amz-Expires", std::to_string(seconds)},
                            {"X-Amz-SignedHeaders", signed_headers(request)}};
  request.query.insert(request.query.end(), query.begin(), query.end());
  request.payload_hash = unsigned_payload;
  query.emplace_back("X-Amz-Signature", signature(secret, request, scope));
  return query;
}

std::string presigned_url(const Presigning& how, const std::string& method, const std::string& path,
                          const http::Parameters& query) {
  const http::Url endpoint = http::parse_url(how.endpoint);
  std::string base = http::percent_decode(endpoint.target);
  while (base.ends_with('/')) base.pop_back();
  SignedRequest request{.method = method,
                        .path = base + path,
                        .query = query,
                        .headers = {{"Host", endpoint.authority()}},
                        .payload_hash = {}};
  if (!how.session_token.empty()) request.query.emplace_back("X-Amz-Security-Token", how.session_token);
  http::Parameters all = request.query;
  const http::Parameters added = presigned_query(how.key_id, how.secret, request, how.scope, how.seconds);
  all.insert(all.end(), added.begin(), added.end());
  return std::string(endpoint.secure ? "https://" : "http://") + endpoint.authority() +
         uri_encode(request.path, true) + "?" + http::encode_parameters(all);
}

}  // namespace corral::s3
