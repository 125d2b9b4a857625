#include "serve/s3/object_headers.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/hex.hpp"
#include "backends/bytes/text.hpp"
#include "backends/http/date.hpp"
#include "commands/text/moment.hpp"
#include "serve/http/request_headers.hpp"
#include "serve/s3/customer_key.hpp"
#include "serve/s3/header_text.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::string_view meta_prefix = "x-amz-meta-";

/// Without "aws-chunked", which is how the body came and not how it is stored.
std::optional<std::string> content_encoding(const S3Request& request) {
  const auto header = request.header("content-encoding");
  if (!header) return std::nullopt;
  std::string kept;
  std::string_view rest = *header;
  while (!rest.empty()) {
    std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.empty() || ascii_lower(one) == "aws-chunked") continue;
    if (!kept.empty()) kept += ", ";
    kept += one;
  }
  return kept.empty() ? std::nullopt : std::optional(kept);
}

CustomMetadata custom_metadata(const S3Request& request) {
  CustomMetadata custom;
  const auto add = [&](std::string_view name, std::string_view value) {
    const std::string lower = ascii_lower(name);
    if (!lower.starts_with(meta_prefix)) return;
    const std::string key = lower.substr(meta_prefix.size());
    std::string text = text_of_header(value);
    const auto same =
        std::find_if(custom.begin(), custom.end(), [&](const auto& one) { return one.first == key; });
    if (same == custom.end()) {
      custom.emplace_back(key, std::move(text));
    } else {
      same->second += "," + text;
    }
  };
  for (const http::Header& header : request.http.headers) add(header.name, header.value);
  for (const auto& [name, value] : request.query) add(name, value);
  try {
    check_custom_metadata(custom);
  } catch (const Error& error) {
    throw S3Error(400, error.kind() == ErrorKind::limit ? "MetadataTooLarge" : "InvalidArgument",
                  error.message());
  }
  return custom;
}

void refuse_what_r2_lacks(const S3Request& request) {
  const auto acl = request.header("x-amz-acl");
  if (acl && *acl != "private")
    throw not_implemented(fmt::format("Header 'x-amz-acl' with value '{}'", *acl));
  const auto encryption = request.header("x-amz-server-side-encryption");
  if (encryption && *encryption != "AES256")
    throw not_implemented(fmt::format("Header 'x-amz-server-side-encryption' with value '{}'", *encryption));
  constexpr std::array<std::string_view, 11> absent = {"x-amz-grant-full-control",
                                                       "x-amz-grant-read",
                                                       "x-amz-grant-read-acp",
                                                       "x-amz-grant-write",
                                                       "x-amz-grant-write-acp",
                                                       "x-amz-tagging",
                                                       "x-amz-object-lock-mode",
                                                       "x-amz-object-lock-retain-until-date",
                                                       "x-amz-object-lock-legal-hold",
                                                       "x-amz-website-redirect-location",
                                                       "x-amz-server-side-encryption-aws-kms-key-id"};
  for (const std::string_view name : absent) {
    if (request.header(name)) throw not_implemented(fmt::format("Header '{}' is", name));
  }
}

std::optional<std::string> storage_class_of(const S3Request& request) {
  const auto name = request.header("x-amz-storage-class");
  if (!name) return std::nullopt;
  if (*name == "STANDARD") return "Standard";
  if (*name == "STANDARD_IA") return "InfrequentAccess";
  throw S3Error(400, "InvalidStorageClass", "The storage class must be STANDARD or STANDARD_IA.");
}

}  // namespace

ObjectWrite write_of(const S3Request& request) {
  refuse_what_r2_lacks(request);
  ObjectWrite write;
  write.key = request.key();
  write.http.content_type = request.header("content-type");
  write.http.content_language = request.header("content-language");
  write.http.content_disposition = request.header("content-disposition");
  write.http.content_encoding = content_encoding(request);
  write.http.cache_control = request.header("cache-control");
  for (auto* const text :
       {&write.http.content_type, &write.http.content_language, &write.http.content_disposition,
        &write.http.content_encoding, &write.http.cache_control}) {
    if (*text) *text = text_of_header(**text);
  }
  if (const auto expires = request.header("expires")) write.http.cache_expiry = r2::moment_of(*expires);
  write.http.customer_key_md5 = customer_key_md5(request);
  write.custom = custom_metadata(request);
  write.storage_class = storage_class_of(request);
  if (const auto md5 = request.http.header("content-md5")) {
    const auto bytes = base64_decode(*md5);
    if (!bytes || bytes->size() != digest_bytes(HashKind::md5))
      throw S3Error(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
    write.checksums.of(HashKind::md5) = hex(*bytes);
  }
  return write;
}

void add_checksums(const S3Request& request, const ObjectInfo& object, Response& response) {
  if (ascii_lower(request.header("x-amz-checksum-mode").value_or("")) != "enabled") return;
  std::optional<S3Checksum> checksum = object.checksums.s3;
  for (const auto& [kind, name] :
       {std::pair(HashKind::sha1, "SHA1"), std::pair(HashKind::sha256, "SHA256")}) {
    const auto& digest = object.checksums.of(kind);
    if (!checksum && digest) checksum = S3Checksum{name, base64_encode(bytes_of_hex(*digest))};
  }
  if (!checksum) return;
  response.add("x-amz-checksum-" + ascii_lower(checksum->algorithm), checksum->value);
  const bool is_composite = checksum->value.find('-') != std::string::npos;
  response.add("x-amz-checksum-type", is_composite ? "COMPOSITE" : "FULL_OBJECT");
}

void check_body_length(const S3Request& request) {
  const auto length = request.body.remaining();
  const bool is_announced =
      request.http.header("content-length") || request.http.header("x-amz-decoded-content-length");
  if (!length || !is_announced)
    throw S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
  if (*length > r2_max_part_bytes)
    throw S3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.");
}

ObjectConditions conditions_of(const S3Request& request, std::string_view prefix) {
  const auto header = [&](std::string_view name) {
    return request.http.header(std::string(prefix) + std::string(name));
  };
  ObjectConditions conditions;
  if (const auto match = header("if-match")) {
    conditions.etag_matches = parse_etags(*match);
    if (conditions.etag_matches.empty()) conditions.etag_matches = {""};
  } else if (const auto since = header("if-unmodified-since")) {
    conditions.not_written_since = r2::moment_of(*since);
  }
  if (const auto match = header("if-none-match")) {
    conditions.etag_does_not_match = parse_etags(*match);
  } else if (const auto since = header("if-modified-since")) {
    conditions.written_since = r2::moment_of(*since);
  }
  return conditions;
}

int status_of_failed(const ObjectConditions& conditions, const ObjectInfo& object) {
  ObjectConditions first = conditions;
  first.etag_does_not_match.clear();
  first.written_since.reset();
  return hold(first, &object) ? 304 : 412;
}

void add_object_headers(const S3Request& request, const ObjectInfo& object, Response& response) {
  const auto add = [&](const char* name, const char* override_name, const std::optional<std::string>& value) {
    if (const std::string* const text = request.parameter(override_name)) {
      response.add(name, *text);
    } else if (value) {
      response.add(name, header_text(*value));
    }
  };
  add("Content-Type", "response-content-type", object.http.content_type.value_or("application/octet-stream"));
  add("Content-Language", "response-content-language", object.http.content_language);
  add("Content-Disposition", "response-content-disposition", object.http.content_disposition);
  add("Content-Encoding", "response-content-encoding", object.http.content_encoding);
  add("Cache-Control", "response-cache-control", object.http.cache_control);
  add("Expires", "response-expires",
      object.http.cache_expiry ? std::optional(http::http_date(*object.http.cache_expiry)) : std::nullopt);
  response.add("ETag", quoted_etag(object.etag));
  response.add("Last-Modified", http::http_date(object.uploaded));
  response.add("Accept-Ranges", "bytes");
  std::size_t missing = 0;
  for (const auto& [name, value] : object.custom) {
    if (is_header_name(name)) {
      response.add(std::string(meta_prefix) + name, header_text(value));
    } else {
      ++missing;
    }
  }
  if (missing > 0) response.add("x-amz-missing-meta", std::to_string(missing));
  add_customer_key(object.http.customer_key_md5, response);
  if (object.storage_class == "InfrequentAccess") response.add("x-amz-storage-class", "STANDARD_IA");
}

}  // namespace corral::serve::s3
