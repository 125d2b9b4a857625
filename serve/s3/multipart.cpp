// Multipart uploads.
#include <charconv>

#include <fmt/format.h>

#include "backends/multipart_uploads.hpp"
#include "serve/s3/customer_key.hpp"
#include "serve/s3/multipart_checksum.hpp"
#include "serve/s3/object_headers.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::XmlElement;
using corral::s3::XmlWriter;

namespace {

/// What an error of MultipartUploads means.
S3Error upload_error(const Error& error) {
  if (const auto* const known = dynamic_cast<const S3Error*>(&error)) return *known;
  switch (error.kind()) {
    case ErrorKind::not_found: return no_such_upload();
    case ErrorKind::invalid_input: return {400, "InvalidPart", error.message()};
    case ErrorKind::limit: return {400, "EntityTooSmall", error.message()};
    case ErrorKind::conflict:
      return {400, "BadDigest", "The Content-MD5 you specified did not match what we received."};
    default: return as_s3_error(error);
  }
}

std::int64_t part_number(const S3Request& request) {
  const std::size_t number = number_of(request, "partNumber", 0, r2_max_parts + 1);
  if (number < 1 || number > r2_max_parts)
    throw invalid_argument("Part number must be an integer between 1 and 10000, inclusive");
  return static_cast<std::int64_t>(number);
}

/// Reads a part into an upload, whatever it comes from.
UploadedPart put(S3Request& request, Environment& environment, ByteSource& source,
                 const std::optional<std::string>& md5) {
  MultipartUploads& uploads = uploads_of(environment.buckets.writing(request.bucket()));
  check_customer_key(request, uploads, request.text("uploadId"));
  try {
    return uploads.put_part(request.key(), request.text("uploadId"), part_number(request), source, md5);
  } catch (const Error& error) {
    throw upload_error(error);
  }
}

/// "bytes=0-4194303", of which S3 wants both ends.
ObjectRange copy_range(std::string_view header) {
  constexpr std::string_view unit = "bytes=";
  const auto malformed = [] {
    return invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
        "zero-based offsets of the first and last bytes to copy");
  };
  if (!header.starts_with(unit)) throw malformed();
  header.remove_prefix(unit.size());
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const char* const end = header.data() + header.size();
  const auto [dash, bad_first] = std::from_chars(header.data(), end, first);
  if (bad_first != std::errc() || dash == end || *dash != '-') throw malformed();
  const auto [rest, bad_last] = std::from_chars(dash + 1, end, last);
  if (bad_last != std::errc() || rest != end || last < first) throw malformed();
  return {.offset = first, .length = last - first + 1, .suffix = {}};
}

std::vector<ClaimedPart> claimed_parts(const XmlElement& document) {
  std::vector<ClaimedPart> parts;
  for (const XmlElement& part : document.children) {
    if (part.name != "Part") continue;
    ClaimedPart claimed;
    NamedPart& named = claimed.named;
    const std::string_view digits = part.text_of("PartNumber");
    std::string_view etag = part.text_of("ETag");
    if (std::from_chars(digits.data(), digits.data() + digits.size(), named.number).ec != std::errc())
      throw malformed_xml();
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
    named.etag = etag;
    if (!parts.empty() && named.number <= parts.back().named.number) {
      throw S3Error(400, "InvalidPartOrder",
                    "The list of parts was not in ascending order. Parts must be ordered by part number.");
    }
    for (const ChecksumKind& kind : checksum_kinds) {
      const XmlElement* const checksum = part.child("Checksum" + std::string(kind.xml));
      if (checksum == nullptr) continue;
      claimed.kind = &kind;
      claimed.checksum = checksum->text;
    }
    parts.push_back(std::move(claimed));
  }
  if (parts.empty()) throw malformed_xml();
  return parts;
}

}  // namespace

S3Error no_such_upload() {
  return {404, "NoSuchUpload", "The specified multipart upload does not exist."};
}

MultipartUploads& uploads_of(ObjectStore& store) {
  MultipartUploads* const uploads = store.multipart();
  if (uploads == nullptr) throw not_implemented("Multipart uploads are");
  return *uploads;
}

Response create_multipart_upload(S3Request& request, Environment& environment) {
  try {
    check_object_key(request.key());
  } catch (const Error& error) {
    throw S3Error(400, error.kind() == ErrorKind::limit ? "KeyTooLongError" : "InvalidObjectName",
                  error.message());
  }
  create_missing_bucket(request, environment);
  const ChecksumKind* const checksum = checksum_of_new_upload(request);
  const ObjectWrite write = write_of(request);
  const std::string id = uploads_of(environment.buckets.writing(request.bucket()))
                             .begin(write, checksum == nullptr ? "" : checksum->xml);
  XmlWriter xml("InitiateMultipartUploadResult");
  xml.add("Bucket", request.bucket());
  xml.add("Key", request.key());
  xml.add("UploadId", id);
  Response response = xml_response(std::move(xml));
  if (checksum != nullptr) {
    response.add("x-amz-checksum-algorithm", std::string(checksum->xml));
    response.add("x-amz-checksum-type", std::string(type_of_multipart(*checksum)));
  }
  add_customer_key(write.http.customer_key_md5, response);
  return response;
}

Response upload_part(S3Request& request, Environment& environment) {
  check_body_length(request);
  check_part_checksum(request, request.text("uploadId"));
  const ObjectWrite write = write_of(request);
  const UploadedPart part = put(request, environment, request.body, write.checksums.of(HashKind::md5));
  Response response;
  response.add("ETag", quoted_etag(part.etag));
  add_checksum(request.body, response);
  add_customer_key(write.http.customer_key_md5, response);
  return response;
}

Response upload_part_copy(S3Request& request, Environment& environment) {
  const CopySource from = copy_source_of(request);
  std::optional<ObjectRange> range;
  if (const auto header = request.http.header("x-amz-copy-source-range")) range = copy_range(*header);
  ObjectStore& source = environment.buckets.reading(from.bucket);
  const std::optional<ObjectInfo> present = source.head(from.key);
  if (!present) throw no_such_key();
  if (!hold(conditions_of(request, "x-amz-copy-source-"), &*present)) throw precondition_failed();
  if (range && *range->offset + *range->length > present->size)
    throw S3Error(416, "InvalidRange", "The requested range is not satisfiable");
  std::optional<ObjectBody> object = source.get(from.key, range, {});
  if (!object || !object->body) throw no_such_key();
  check_customer_key(request, *object, source_key_headers);
  const ChecksumKind* const kind = kind_of_algorithm(checksum_of_upload(request.text("uploadId")));
  std::optional<ChecksummedSource> summed;
  if (kind != nullptr) summed.emplace(*object->body, *kind);
  const UploadedPart part = put(request, environment, summed ? *summed : *object->body, std::nullopt);
  XmlWriter xml("CopyPartResult");
  xml.add("LastModified", xml_time(part.uploaded.value_or(request.now)));
  xml.add("ETag", quoted_etag(part.etag));
  if (summed) xml.add("Checksum" + std::string(kind->xml), summed->base64());
  Response response = xml_response(std::move(xml));
  add_customer_key(customer_key_md5(request), response);
  return response;
}

Response complete_multipart_upload(S3Request& request, Environment& environment) {
  const std::vector<ClaimedPart> parts = claimed_parts(read_xml(request, "CompleteMultipartUpload"));
  MultipartUploads& uploads = uploads_of(environment.buckets.writing(request.bucket()));
  const std::string id = request.text("uploadId");
  const std::optional<S3Checksum> checksum = checksum_of_parts(uploads, request, id, parts);
  std::vector<NamedPart> named;
  named.reserve(parts.size());
  for (const ClaimedPart& part : parts) named.push_back(part.named);
  std::optional<ObjectInfo> object;
  try {
    object = uploads.complete(request.key(), id, named, conditions_of(request), checksum, request.now);
  } catch (const Error& error) {
    throw upload_error(error);
  }
  if (!object) throw precondition_failed();
  XmlWriter xml("CompleteMultipartUploadResult");
  xml.add("Location", fmt::format("{}/{}/{}", environment.site.url, request.bucket(),
                                  http::percent_encode(request.key(), "-_.~/")));
  xml.add("Bucket", request.bucket());
  xml.add("Key", request.key());
  xml.add("ETag", quoted_etag(object->etag));
  if (checksum) {
    xml.add("Checksum" + checksum->algorithm, checksum->value);
    xml.add("ChecksumType", type_of_multipart(*kind_of_algorithm(checksum->algorithm)));
  }
  return xml_response(std::move(xml));
}

Response abort_multipart_upload(S3Request& request, Environment& environment) {
  ObjectStore& store = environment.buckets.writing(request.bucket());
  const std::string id = request.text("uploadId");
  if (!uploads_of(store).parts(request.key(), id, 0, 1) || !store.abort_upload(id)) throw no_such_upload();
  Response response;
  response.status = 204;
  return response;
}

}  // namespace corral::serve::s3
