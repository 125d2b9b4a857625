// Reading objects.
#include <utility>

#include <fmt/format.h>

#include "serve/http/request_headers.hpp"
#include "serve/s3/customer_key.hpp"
#include "serve/s3/object_headers.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

/// Whether If-Range, if there is one, lets the range count: the client has a part of this very object.
bool range_counts(const S3Request& request, const ObjectInfo& object) {
  const auto header = request.http.header("if-range");
  if (!header) return true;
  return *header == quoted_etag(object.etag);
}

struct Selection {
  std::optional<ObjectRange> range;
  std::optional<std::size_t> parts;  ///< of the object, if one of them was asked for
};

/// One part of an object (partNumber), as it was uploaded.
Selection part_range(ObjectStore& store, const S3Request& request) {
  const std::size_t wanted = number_of(request, "partNumber", 0, r2_max_parts + 1);
  if (wanted < 1 || wanted > r2_max_parts)
    throw invalid_argument("Part number must be an integer between 1 and 10000, inclusive");
  const auto files = store.files(request.key());
  if (!files) throw no_such_key();
  if (wanted > files->parts.size())
    throw S3Error(400, "InvalidPart", "The object has no part with this number.");
  Selection selection;
  if (files->info.size == 0) return selection;
  ObjectRange range{.offset = 0, .length = files->parts[wanted - 1].size, .suffix = {}};
  for (std::size_t i = 0; i + 1 < wanted; ++i) *range.offset += files->parts[i].size;
  selection.range = range;
  if (files->multipart) selection.parts = files->parts.size();
  return selection;
}

Response unsatisfiable(const S3Request& request, const ObjectInfo& object) {
  Response response = error_response(S3Error(416, "InvalidRange", "The requested range is not satisfiable"),
                                     request.http.path, request.http.id);
  response.add("Content-Range", fmt::format("bytes */{}", object.size));
  return response;
}

void check_overrides(const S3Request& request) {
  if (request.authentication) return;
  for (const auto& [name, value] : request.query) {
    if (name.starts_with("response-"))
      throw S3Error(400, "InvalidRequest",
                    "Request specific response headers cannot be used for anonymous GET requests.");
  }
}

}  // namespace

Response get_object(S3Request& request, Environment& environment) {
  check_overrides(request);
  ObjectStore& store = environment.buckets.reading(request.bucket());
  Selection selection;
  if (request.has("partNumber")) {
    selection = part_range(store, request);
  } else if (const auto header = request.http.header("range")) {
    selection.range = parse_range(*header);
    if (selection.range && request.http.header("if-range")) {
      const auto present = store.head(request.key());
      if (present && !range_counts(request, *present)) selection.range.reset();
    }
  }
  const ObjectConditions conditions = conditions_of(request);
  std::optional<ObjectBody> object;
  try {
    object = store.get(request.key(), selection.range, conditions);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input || !selection.range) throw;
    const auto present = store.head(request.key());
    if (!present) throw no_such_key();
    check_customer_key(request, *present);
    return unsatisfiable(request, *present);
  }
  if (!object) throw no_such_key();
  check_customer_key(request, *object);
  Response response;
  if (!object->body) {
    response.status = status_of_failed(conditions, *object);
    if (response.status == 412) throw precondition_failed();
    add_object_headers(request, *object, response);
    return response;
  }
  add_object_headers(request, *object, response);
  if (!selection.range) add_checksums(request, *object, response);
  if (selection.range) {
    response.status = 206;
    response.add("Content-Range", fmt::format("bytes {}-{}/{}", object->offset,
                                              object->offset + object->length - 1, object->size));
  }
  if (selection.parts) response.add("x-amz-mp-parts-count", std::to_string(*selection.parts));
  response.length = object->length;
  response.body = std::move(object->body);
  return response;
}

Response head_object(S3Request& request, Environment& environment) {
  return get_object(request, environment);
}

}  // namespace corral::serve::s3
