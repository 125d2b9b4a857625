#include "backends/wrangler/r2_metadata.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::wrangler {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, std::optional<std::string> HttpMetadata::*>, 5> text_fields = {{
    {"contentType", &HttpMetadata::content_type},
    {"contentLanguage", &HttpMetadata::content_language},
    {"contentDisposition", &HttpMetadata::content_disposition},
    {"contentEncoding", &HttpMetadata::content_encoding},
    {"cacheControl", &HttpMetadata::cache_control},
}};

/// A member of corral's own beside the hashes; wrangler reads those alone.
constexpr const char* s3_member = "s3";
/// The same among the HTTP headers.
constexpr const char* customer_key_member = "customerKeyMD5";

[[noreturn]] void damaged(std::string_view key) {
  throw Error(ErrorKind::corrupt, fmt::format("the metadata of the object \"{}\" is damaged", shown(key)));
}

Json parse(std::string_view text, std::string_view key) {
  Json json = read_json(text);
  if (!json.is_object()) damaged(key);
  return json;
}

}  // namespace

std::string http_metadata_json(const HttpMetadata& http) {
  Json json = Json::object();
  for (const auto& [name, field] : text_fields) {
    if (const auto& value = http.*field) json[name] = *value;
  }
  if (http.cache_expiry) json["cacheExpiry"] = *http.cache_expiry;
  if (http.customer_key_md5) json[customer_key_member] = *http.customer_key_md5;
  return write_json(json);
}

std::string custom_metadata_json(const CustomMetadata& custom) {
  Json json = Json::object();
  for (const auto& [name, value] : custom) json[name] = value;
  return write_json(json);
}

std::string checksums_json(const ObjectChecksums& checksums) {
  Json json = Json::object();
  for (const HashKind kind : hash_kinds) {
    if (const auto& value = checksums.of(kind)) json[std::string(name_of(kind))] = *value;
  }
  if (checksums.s3) json[s3_member] = {{checksums.s3->algorithm, checksums.s3->value}};
  return write_json(json);
}

HttpMetadata parse_http_metadata(std::string_view json, std::string_view key) {
  HttpMetadata http;
  if (json == "{}") return http;
  const Json object = parse(json, key);
  for (const auto& [name, field] : text_fields) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) continue;
    if (!found->is_string()) damaged(key);
    http.*field = found->get<std::string>();
  }
  if (const auto found = object.find("cacheExpiry"); found != object.end() && found->is_number()) {
    http.cache_expiry = found->get<UnixMillis>();
  }
  if (const auto found = object.find(customer_key_member); found != object.end()) {
    if (!found->is_string()) damaged(key);
    http.customer_key_md5 = found->get<std::string>();
  }
  return http;
}

CustomMetadata parse_custom_metadata(std::string_view json, std::string_view key) {
  CustomMetadata custom;
  if (json == "{}") return custom;
  const Json object = parse(json, key);
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) damaged(key);
    custom.emplace_back(name, value.get<std::string>());
  }
  return custom;
}

ObjectChecksums parse_checksums(std::string_view json, std::string_view key) {
  ObjectChecksums checksums;
  if (json == "{}") return checksums;
  const Json object = parse(json, key);
  for (const HashKind kind : hash_kinds) {
    const auto found = object.find(std::string(name_of(kind)));
    if (found != object.end() && found->is_string()) checksums.of(kind) = found->get<std::string>();
  }
  const auto s3 = object.find(s3_member);
  if (s3 != object.end() && s3->is_object() && s3->size() == 1 && s3->front().is_string())
    checksums.s3 = {.algorithm = s3->begin().key(), .value = s3->front().get<std::string>()};
  return checksums;
}

}  // namespace corral::wrangler
