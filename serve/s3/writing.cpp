// Writing, copying and deleting objects.
#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "serve/s3/customer_key.hpp"
#include "serve/s3/object_headers.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::XmlElement;
using corral::s3::XmlWriter;

namespace {

void check_key(const std::string& key) {
  try {
    check_object_key(key);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::limit) throw S3Error(400, "KeyTooLongError", "Your key is too long.");
    throw S3Error(400, "InvalidObjectName", error.message());
  }
}

/// Stores the checksum that the body is checked by, so that a later read can tell it.
void keep_checksum(const RequestBody& body, ObjectChecksums& checksums) {
  const ChecksumKind* const kind = body.checksum_kind();
  if (kind == nullptr) return;
  const std::string digest = hex(base64_decode(body.checksum()).value_or(""));
  if (kind->name == "sha1") {
    checksums.of(HashKind::sha1) = digest;
  } else if (kind->name == "sha256") {
    checksums.of(HashKind::sha256) = digest;
  } else {
    checksums.s3 = S3Checksum{.algorithm = std::string(kind->xml), .value = body.checksum()};
  }
}

/// Adds to the metadata of a copy what its source has besides (R2's directive MERGE).
void merge_metadata(const ObjectInfo& source, ObjectWrite& write) {
  const auto merge = [](auto& value, const auto& other) {
    if (!value) value = other;
  };
  merge(write.http.content_type, source.http.content_type);
  merge(write.http.content_language, source.http.content_language);
  merge(write.http.content_disposition, source.http.content_disposition);
  merge(write.http.content_encoding, source.http.content_encoding);
  merge(write.http.cache_control, source.http.cache_control);
  merge(write.http.cache_expiry, source.http.cache_expiry);
  CustomMetadata merged = source.custom;
  for (auto& [name, value] : write.custom) {
    const auto same = std::find_if(merged.begin(), merged.end(),
                                   [&name = name](const auto& one) { return one.first == name; });
    if (same == merged.end()) {
      merged.emplace_back(name, std::move(value));
    } else {
      same->second = std::move(value);
    }
  }
  write.custom = std::move(merged);
}

}  // namespace

void add_checksum(const RequestBody& body, Response& response) {
  if (body.checksum_kind() != nullptr) response.add(header_of(*body.checksum_kind()), body.checksum());
}

Response put_object(S3Request& request, Environment& environment) {
  check_key(request.key());
  create_missing_bucket(request, environment);
  ObjectStore& store = environment.buckets.writing(request.bucket());
  ObjectWrite write = write_of(request);
  check_body_length(request);
  write.conditions = conditions_of(request);
  write.add_checksums = [&](ObjectChecksums& checksums) {
    environment.buckets.settings(request.bucket());  // it may be gone since the body began
    keep_checksum(request.body, checksums);
  };
  std::optional<ObjectInfo> stored;
  try {
    stored = store.put(write, request.body, request.now);
  } catch (const S3Error&) {
    throw;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  if (!stored) throw precondition_failed();
  Response response;
  response.add("ETag", quoted_etag(stored->etag));
  add_checksum(request.body, response);
  if (request.body.checksum_kind() != nullptr) response.add("x-amz-checksum-type", "FULL_OBJECT");
  add_customer_key(stored->http.customer_key_md5, response);
  return response;
}

CopySource copy_source_of(const S3Request& request) {
  const std::string header(request.http.header("x-amz-copy-source").value_or(""));
  std::string_view source = header;
  if (source.starts_with('/')) source.remove_prefix(1);
  if (const std::size_t query = source.find("?versionId="); query != std::string_view::npos) {
    if (source.substr(query) != "?versionId=null") throw not_implemented("Versions of objects are");
    source = source.substr(0, query);
  }
  const std::string decoded = http::percent_decode(source);
  const std::size_t slash = decoded.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == decoded.size())
    throw invalid_argument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  CopySource found{decoded.substr(0, slash), decoded.substr(slash + 1)};
  check_bucket_allowed(request, found.bucket);
  return found;
}

Response copy_object(S3Request& request, Environment& environment) {
  check_key(request.key());
  const CopySource from = copy_source_of(request);
  ObjectStore& target = environment.buckets.writing(request.bucket());
  ObjectStore& source = environment.buckets.reading(from.bucket);
  ObjectWrite write = write_of(request);
  const std::string directive(request.header("x-amz-metadata-directive").value_or("COPY"));
  if (directive != "COPY" && directive != "REPLACE" && directive != "MERGE")
    throw invalid_argument("The metadata directive must be COPY, REPLACE or MERGE");
  bool replaces = directive != "COPY";
  std::optional<ObjectInfo> present = source.head(from.key);
  if (!present) throw no_such_key();
  if (!hold(conditions_of(request, "x-amz-copy-source-"), &*present)) throw precondition_failed();
  check_customer_key(request, *present, source_key_headers);
  const bool changes_key = present->http.customer_key_md5 != write.http.customer_key_md5;
  const bool is_itself = from.bucket == request.bucket() && from.key == request.key();
  if (!replaces && is_itself && !write.storage_class && !changes_key) {
    throw S3Error(400, "InvalidRequest",
                  "This copy request is illegal because it is trying to copy an object to itself without "
                  "changing the object's metadata, storage class or encryption.");
  }
  if (directive == "MERGE") merge_metadata(*present, write);
  if (!replaces && changes_key) {
    // All metadata comes from the source except the key.
    std::swap(present->http.customer_key_md5, write.http.customer_key_md5);
    std::swap(present->http, write.http);
    write.custom = present->custom;
    replaces = true;
  }
  write.conditions = conditions_of(request, "cf-copy-destination-");
  if (write.conditions.empty()) write.conditions = conditions_of(request);
  const std::optional<ObjectInfo> copy = target.copy_from(source, from.key, write, replaces, request.now);
  if (!copy) {
    if (!source.head(from.key)) throw no_such_key();
    throw precondition_failed();
  }
  XmlWriter xml("CopyObjectResult");
  xml.add("LastModified", xml_time(copy->uploaded));
  xml.add("ETag", quoted_etag(copy->etag));
  Response response = xml_response(std::move(xml));
  add_customer_key(copy->http.customer_key_md5, response);
  return response;
}

Response delete_object(S3Request& request, Environment& environment) {
  check_key(request.key());
  const std::string version = request.text("versionId");
  if (!version.empty() && version != "null") throw not_implemented("Versions of objects are");
  ObjectStore& store = environment.buckets.writing(request.bucket());
  const ObjectConditions conditions = conditions_of(request);
  Response response;
  response.status = 204;
  if (conditions.empty()) {
    store.erase(std::vector<std::string>{request.key()});
    return response;
  }
  const std::optional<ObjectInfo> present = store.head(request.key());
  if (!hold(conditions, present ? &*present : nullptr)) throw precondition_failed();
  if (present && !store.erase_unchanged(*present)) throw precondition_failed();
  return response;
}

Response delete_objects(S3Request& request, Environment& environment) {
  const XmlElement document = read_xml(request, "Delete");
  ObjectStore& store = environment.buckets.writing(request.bucket());
  const bool is_quiet = ascii_lower(document.text_of("Quiet")) == "true";
  XmlWriter xml("DeleteResult");
  const auto refuse = [&](const std::string& key, const S3Error& error) {
    xml.open("Error");
    xml.add("Key", key);
    xml.add("Code", error.code());
    xml.add("Message", error.message());
    xml.close();
  };
  std::vector<std::string> keys;
  for (const XmlElement& object : document.children) {
    if (object.name != "Object") continue;
    std::string key(object.text_of("Key"));
    const std::string_view version = object.text_of("VersionId");
    try {
      check_key(key);
      if (!version.empty() && version != "null") throw not_implemented("Versions of objects are");
    } catch (const S3Error& error) {
      refuse(key, error);
      continue;
    }
    keys.push_back(std::move(key));
  }
  if (keys.size() > r2_max_list || document.children.empty()) throw malformed_xml();
  const auto report = [&](const std::string& key) {
    if (is_quiet) return;
    xml.open("Deleted");
    xml.add("Key", key);
    xml.close();
  };
  try {
    store.erase(keys);
    for (const std::string& key : keys) report(key);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) throw;
    // One of them is locked, and nothing was deleted: the others one by one.
    for (const std::string& key : keys) {
      try {
        store.erase(std::vector<std::string>{key});
        report(key);
      } catch (const Error& reason) {
        refuse(key, as_s3_error(reason));
      }
    }
  }
  return xml_response(std::move(xml));
}

}  // namespace corral::serve::s3
