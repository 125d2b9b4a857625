#include "backends/cloudflare/object_headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/iso_time.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/error.hpp"
#include "backends/http/date.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

/// Where a header, a field of "http_metadata" and HttpMetadata meet.
struct TextField {
  const char* header;
  const char* json;
  std::optional<std::string> HttpMetadata::*member;
};
constexpr std::array<TextField, 5> text_fields = {
    {{"content-type", "contentType", &HttpMetadata::content_type},
     {"content-disposition", "contentDisposition", &HttpMetadata::content_disposition},
     {"content-encoding", "contentEncoding", &HttpMetadata::content_encoding},
     {"content-language", "contentLanguage", &HttpMetadata::content_language},
     {"cache-control", "cacheControl", &HttpMetadata::cache_control}}};

std::optional<std::string> text_if_any(const nlohmann::ordered_json& object, const char* field) {
  std::string text = text_of(object, field);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

bool stays_in_path(char c) {
  constexpr std::string_view kept = "/-_.~!$&'()*+,;=:@[]|^";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kept.find(c) != std::string_view::npos;
}

}  // namespace

std::optional<UnixMillis> moment_of(std::string text) {
  constexpr std::size_t milliseconds_end = std::string_view("2026-11-28T10:33:00.196").size();
  if (text.size() > milliseconds_end && text.back() == 'Z') text = text.substr(0, milliseconds_end) + 'Z';
  return parse_iso_time(text);
}

std::string bare_etag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

std::string object_path(std::string_view key) {
  std::string path;
  for (std::size_t start = 0; start <= key.size();) {
    const std::size_t end = std::min(key.find('/', start), key.size());
    const std::string_view part = key.substr(start, end - start);
    if (part == "." || part == "..") {
      path += http::path_segment(part);
    } else {
      for (const char& c : part) path += stays_in_path(c) ? std::string(1, c) : http::path_segment({&c, 1});
    }
    if (end < key.size()) path += '/';
    start = end + 1;
  }
  return path;
}

namespace {

std::vector<http::Header> http_headers_of(const HttpMetadata& http) {
  std::vector<http::Header> headers;
  for (const TextField& field : text_fields) {
    const auto& value = http.*field.member;
    if (value && !value->empty()) headers.push_back({field.header, *value});
  }
  if (http.cache_expiry) headers.push_back({"expires", http::http_date(*http.cache_expiry)});
  return headers;
}

/// A value as a header can have it.
std::string encoded_words(std::string_view value) {
  const bool is_plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7f'; }) &&
      !value.starts_with(' ') && !value.ends_with(' ') && value.find("=?") == std::string_view::npos;
  if (is_plain) return std::string(value);
  // A word has at most 75 characters (RFC 2047, section 2), and no half characters.
  constexpr std::size_t most_bytes = 45;
  std::string words;
  while (!value.empty()) {
    std::size_t length = std::min(most_bytes, value.size());
    while (length < value.size() && (static_cast<unsigned char>(value[length]) & 0xC0U) == 0x80U) --length;
    words +=
        fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : " ", base64_encode(value.substr(0, length)));
    value.remove_prefix(length);
  }
  return words;
}

}  // namespace

std::vector<http::Header> headers_of(const ObjectWrite& write) {
  std::vector<http::Header> headers = http_headers_of(write.http);
  if (write.storage_class) headers.push_back({"cf-r2-storage-class", *write.storage_class});
  return headers;
}

std::vector<http::Header> s3_headers_of(const ObjectWrite& write) {
  std::vector<http::Header> headers = http_headers_of(write.http);
  if (write.storage_class)
    headers.push_back(
        {"x-amz-storage-class", *write.storage_class == "InfrequentAccess" ? "STANDARD_IA" : "STANDARD"});
  for (const auto& [name, value] : write.custom) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    if (name.find_first_not_of(allowed) != std::string::npos) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("custom metadata of an account's object cannot be called \"{}\"", shown(name)),
                  "R2's S3 endpoint takes names of lower-case letters, digits and hyphens");
    }
    headers.push_back({"x-amz-meta-" + name, encoded_words(value)});
  }
  return headers;
}

ObjectInfo object_of(std::string_view key, const http::Response& response) {
  ObjectInfo object;
  object.key = key;
  const auto header = [&](std::string_view name) { return http::find_header(response.headers(), name); };
  object.etag = bare_etag(header("etag").value_or(""));
  if (const auto modified = header("last-modified"))
    object.uploaded = http::parse_http_date(*modified).value_or(0);
  for (const TextField& field : text_fields) {
    if (const auto value = header(field.header)) object.http.*field.member = std::string(*value);
  }
  if (const auto expires = header("expires")) object.http.cache_expiry = http::parse_http_date(*expires);
  if (const auto storage_class = header("cf-r2-storage-class"))
    object.storage_class = std::string(*storage_class);
  return object;
}

ObjectInfo object_of(const nlohmann::ordered_json& json) {
  ObjectInfo object;
  object.key = text_of(json, "key");
  object.etag = bare_etag(text_of(json, "etag"));
  object.uploaded = moment_of(text_of(json, "last_modified")).value_or(0);
  object.storage_class = text_if_any(json, "storage_class");
  if (!json.is_object()) return object;
  if (const auto size = json.find("size"); size != json.end() && size->is_number())
    object.size = size->get<std::uint64_t>();
  if (const auto http = json.find("http_metadata"); http != json.end()) {
    for (const TextField& field : text_fields) object.http.*field.member = text_if_any(*http, field.json);
    object.http.cache_expiry = moment_of(text_of(*http, "cacheExpiry"));
  }
  const auto custom = json.find("custom_metadata");
  if (custom != json.end() && custom->is_object()) {
    for (const auto& [name, value] : custom->items())
      object.custom.emplace_back(name, value.is_string() ? value.get<std::string>() : write_json(value));
  }
  return object;
}

void apply_answer(const nlohmann::ordered_json& json, ObjectInfo& object) {
  object.etag = bare_etag(text_of(json, "etag"));
  object.version = text_of(json, "version");
  if (const auto uploaded = moment_of(text_of(json, "uploaded"))) object.uploaded = *uploaded;
  if (auto storage_class = text_if_any(json, "storage_class"))
    object.storage_class = std::move(storage_class);
}

}  // namespace corral::cloudflare
