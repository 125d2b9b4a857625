// What is known of multipart uploads in progress: their list, and the parts of one.
#include "backends/multipart_uploads.hpp"
#include "serve/s3/multipart_checksum.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::XmlWriter;

namespace {

void add_person(XmlWriter& xml, std::string_view role) {
  xml.open(role);
  xml.add("ID", "local");
  xml.add("DisplayName", "local");
  xml.close();
}

/// Which uploads a list is to have.
struct Filter {
  std::string prefix;
  std::string delimiter;
  std::string key_marker;
  std::string id_marker;

  /// What the key is grouped under; empty: nothing.
  [[nodiscard]] std::string group_of(const std::string& key) const {
    const std::size_t at = delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    return at == std::string::npos ? std::string() : key.substr(0, at + delimiter.size());
  }

  /// Whether the upload, or its group, stands before the page.
  [[nodiscard]] bool is_before(const MultipartUpload& upload, const std::string& group) const {
    if (key_marker.empty()) return false;
    if (!group.empty() && group == key_marker) return true;
    if (upload.key != key_marker) return upload.key < key_marker;
    return id_marker.empty() || upload.id <= id_marker;
  }
};

/// A page: uploads and groups, in the order of their keys.
struct Page {
  std::vector<MultipartUpload> uploads;
  std::vector<std::string> groups;
  std::string next_key;  ///< the last entry: a key, or a group
  std::string next_id;   ///< empty: it is a group
  bool has_more = false;
};

Page page_of(ObjectStore& store, const Filter& filter, std::size_t limit) {
  Page page;
  for (MultipartUpload& upload : store.uploads()) {
    if (!upload.key.starts_with(filter.prefix)) continue;
    std::string group = filter.group_of(upload.key);
    if (filter.is_before(upload, group)) continue;
    if (!group.empty() && !page.groups.empty() && page.groups.back() == group) continue;
    if (page.uploads.size() + page.groups.size() == limit) {
      page.has_more = limit > 0;
      break;
    }
    page.next_key = group.empty() ? upload.key : group;
    page.next_id = group.empty() ? upload.id : std::string();
    if (group.empty()) {
      page.uploads.push_back(std::move(upload));
    } else {
      page.groups.push_back(std::move(group));
    }
  }
  return page;
}

}  // namespace

Response list_parts(S3Request& request, Environment& environment) {
  ObjectStore& store = environment.buckets.reading(request.bucket());
  const std::string id = request.text("uploadId");
  const std::size_t limit = number_of(request, "max-parts", r2_max_list, r2_max_list);
  const std::size_t after = number_of(request, "part-number-marker", 0, r2_max_parts);
  auto parts = uploads_of(store).parts(request.key(), id, static_cast<std::int64_t>(after), limit + 1);
  if (!parts) throw no_such_upload();
  const bool has_more = parts->size() > limit;
  if (has_more) parts->resize(limit);
  XmlWriter xml("ListPartsResult");
  xml.add("Bucket", request.bucket());
  xml.add("Key", request.key());
  xml.add("UploadId", id);
  xml.add("PartNumberMarker", after);
  if (!parts->empty()) xml.add("NextPartNumberMarker", static_cast<std::uint64_t>(parts->back().number));
  xml.add("MaxParts", limit);
  xml.add_flag("IsTruncated", has_more);
  add_person(xml, "Initiator");
  add_person(xml, "Owner");
  xml.add("StorageClass", "STANDARD");
  if (const ChecksumKind* const kind = kind_of_algorithm(checksum_of_upload(id))) {
    xml.add("ChecksumAlgorithm", kind->xml);
    xml.add("ChecksumType", type_of_multipart(*kind));
  }
  for (const UploadedPart& part : *parts) {
    xml.open("Part");
    xml.add("PartNumber", static_cast<std::uint64_t>(part.number));
    xml.add("LastModified", xml_time(part.uploaded.value_or(0)));
    xml.add("ETag", quoted_etag(part.etag));
    xml.add("Size", part.size);
    xml.close();
  }
  return xml_response(std::move(xml));
}

Response list_multipart_uploads(S3Request& request, Environment& environment) {
  const std::string encoding = request.text("encoding-type");
  if (!encoding.empty() && encoding != "url")
    throw invalid_argument("Invalid Encoding Method specified in Request");
  const auto coded = [&](std::string_view text) {
    return encoding.empty() ? std::string(text) : http::percent_encode(text, kept_in_lists);
  };
  const Filter filter{.prefix = request.text("prefix"),
                      .delimiter = request.text("delimiter"),
                      .key_marker = request.text("key-marker"),
                      .id_marker = request.text("upload-id-marker")};
  const std::size_t limit = number_of(request, "max-uploads", r2_max_list, r2_max_list);
  const Page page = page_of(environment.buckets.reading(request.bucket()), filter, limit);
  XmlWriter xml("ListMultipartUploadsResult");
  xml.add("Bucket", request.bucket());
  xml.add("KeyMarker", coded(filter.key_marker));
  xml.add("UploadIdMarker", filter.id_marker);
  if (page.has_more) {
    xml.add("NextKeyMarker", coded(page.next_key));
    xml.add("NextUploadIdMarker", page.next_id);
  }
  if (!filter.prefix.empty()) xml.add("Prefix", coded(filter.prefix));
  if (!filter.delimiter.empty()) xml.add("Delimiter", coded(filter.delimiter));
  if (!encoding.empty()) xml.add("EncodingType", "url");
  xml.add("MaxUploads", limit);
  xml.add_flag("IsTruncated", page.has_more);
  for (const MultipartUpload& upload : page.uploads) {
    xml.open("Upload");
    xml.add("Key", coded(upload.key));
    xml.add("UploadId", upload.id);
    add_person(xml, "Initiator");
    add_person(xml, "Owner");
    xml.add("StorageClass", "STANDARD");
    xml.add("Initiated", xml_time(upload.started.value_or(0)));
    if (const ChecksumKind* const kind = kind_of_algorithm(checksum_of_upload(upload.id))) {
      xml.add("ChecksumAlgorithm", kind->xml);
      xml.add("ChecksumType", type_of_multipart(*kind));
    }
    xml.close();
  }
  for (const std::string& group : page.groups) {
    xml.open("CommonPrefixes");
    xml.add("Prefix", coded(group));
    xml.close();
  }
  return xml_response(std::move(xml));
}

}  // namespace corral::serve::s3
