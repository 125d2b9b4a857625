#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/http/date.hpp"
#include "commands/r2/describe.hpp"
#include "commands/text/readable.hpp"
#include "serve/http/request_headers.hpp"
#include "serve/rest/r2.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

/// The largest object that the API takes; what is larger goes by S3.
constexpr std::uint64_t max_object_bytes = std::uint64_t{300} << 20U;
constexpr std::int64_t usual_list = 20;

/// The headers that are kept with an object and served with it.
struct KeptHeader {
  const char* name;
  std::optional<std::string> HttpMetadata::*field;
};
constexpr std::array kept_headers = {KeptHeader{"content-type", &HttpMetadata::content_type},
                                     KeptHeader{"content-disposition", &HttpMetadata::content_disposition},
                                     KeptHeader{"content-encoding", &HttpMetadata::content_encoding},
                                     KeptHeader{"content-language", &HttpMetadata::content_language},
                                     KeptHeader{"cache-control", &HttpMetadata::cache_control}};

Refusal no_such_key(std::string_view key) {
  return {404, code::r2_no_such_key, fmt::format("there is no object \"{}\"", shown(key))};
}

const std::string& key_in(const Call& call) {
  try {
    check_object_key(call["key"]);
  } catch (const Error& error) {
    throw Refusal(400, code::r2_bad_key, error.message());
  }
  return call["key"];
}

std::unique_ptr<ObjectStore> open_bucket(const Call& call, r2::Access access) {
  return r2::open_bucket(call.context, {}, find_bucket(call).name, access);
}

/// Stops a body of unknown length at the limit.
class LimitedBody final : public ByteSource {
 public:
  explicit LimitedBody(ByteSource& source) : source_(source) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = source_.read(buffer);
    read_ += count;
    if (read_ > max_object_bytes) throw too_large();
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }

  static Refusal too_large() {
    return {413, code::r2_object_too_large, "the object is larger than 300 MiB; use the S3 endpoint"};
  }

 private:
  ByteSource& source_;
  std::uint64_t read_ = 0;
};

Response put(Call& call) {
  ObjectWrite write;
  write.key = key_in(call);
  const auto length = call.request.body->remaining();
  if (length && *length > max_object_bytes) throw LimitedBody::too_large();
  for (const KeptHeader& kept : kept_headers) {
    if (const auto value = call.header(kept.name); !value.empty())
      write.http.*kept.field = std::string(value);
  }
  if (const auto expires = call.header("expires"); !expires.empty()) {
    write.http.cache_expiry = http::parse_http_date(expires);
    if (!write.http.cache_expiry)
      throw Refusal(400, code::r2_bad_request, "the header Expires is not a date of HTTP");
  }
  if (const auto storage_class = call.header("cf-r2-storage-class"); !storage_class.empty())
    write.storage_class = std::string(storage_class);
  const auto store = open_bucket(call, r2::Access::write);
  LimitedBody body(*call.request.body);
  const auto stored = store->put(write, body, call.now());
  if (!stored) throw Refusal(412, code::r2_precondition_failed, "the object has changed");
  return success(Json{{"key", stored->key},
                      {"etag", stored->etag},
                      {"version", stored->version},
                      {"size", std::to_string(stored->size)},
                      {"uploaded", iso_time(stored->uploaded)},
                      {"storage_class", write.storage_class.value_or("Standard")}});
}

void add_headers(Response& response, const ObjectInfo& object) {
  if (!object.http.content_type) response.add("content-type", "application/octet-stream");
  for (const KeptHeader& kept : kept_headers) {
    if (const auto& value = object.http.*kept.field) response.add(kept.name, *value);
  }
  if (object.http.cache_expiry) response.add("expires", http::http_date(*object.http.cache_expiry));
  response.add("etag", fmt::format("\"{}\"", object.etag));
  response.add("last-modified", http::http_date(object.uploaded));
  response.add("accept-ranges", "bytes");
}

Response get(Call& call) {
  const std::string& key = key_in(call);
  const ObjectConditions conditions{.etag_matches = parse_etags(call.header("if-match")),
                                    .etag_does_not_match = parse_etags(call.header("if-none-match"))};
  const auto range = parse_range(call.header("range"));
  const auto store = open_bucket(call, r2::Access::read);
  std::optional<ObjectBody> object;
  try {
    object = store->get(key, range, conditions);
  } catch (const Error& error) {
    if (range && error.kind() == ErrorKind::invalid_input)
      throw Refusal(416, code::r2_bad_range, "the object has no such range");
    throw;
  }
  if (!object) throw no_such_key(key);
  Response response;
  add_headers(response, *object);
  if (!object->body) {
    if (!conditions.etag_matches.empty())
      throw Refusal(412, code::r2_precondition_failed, "the object's etag is another one");
    response.status = 304;
    return response;
  }
  if (range) {
    response.status = 206;
    response.add("content-range", fmt::format("bytes {}-{}/{}", object->offset,
                                              object->offset + object->length - 1, object->size));
  }
  response.body = std::move(object->body);
  return response;
}

Response erase(Call& call) {
  const std::string& key = key_in(call);
  const auto store = open_bucket(call, r2::Access::write);
  if (store->erase({&key, 1}) == 0) throw no_such_key(key);
  return success(Json{{"key", key}});
}

Json described(const ObjectInfo& object) {
  Json custom = Json::object();
  for (const auto& [name, value] : object.custom) custom[name] = value;
  return {{"key", object.key},
          {"etag", object.etag},
          {"size", object.size},
          {"last_modified", iso_time(object.uploaded)},
          {"http_metadata", r2::http_as_json(object.http)},
          {"custom_metadata", std::move(custom)},
          {"ssec", object.http.customer_key_md5.has_value()},
          {"storage_class", object.storage_class.value_or("Standard")}};
}

Response list(Call& call) {
  ObjectListOptions options;
  options.prefix = call.parameter("prefix").value_or("");
  options.delimiter = call.parameter("delimiter").value_or("");
  options.start_after = call.parameter("start_after").value_or("");
  options.limit = static_cast<std::size_t>(
      call.number("per_page", 1, r2_max_list, code::r2_bad_request).value_or(usual_list));
  if (first_characters(options.delimiter, 1).size() != options.delimiter.size())
    throw Refusal(400, code::r2_bad_request, "the delimiter must be one character");
  if (const auto cursor = call.parameter("cursor")) {
    const auto place = base64_decode(*cursor);
    if (!place || place->empty())
      throw Refusal(400, code::r2_bad_request, "the cursor is not one that a list of objects gave");
    options.cursor = *place;
  }
  const ObjectPage page = open_bucket(call, r2::Access::read)->list(options);
  Json objects = Json::array();
  for (const ObjectInfo& object : page.objects) objects.push_back(described(object));
  Json info{{"per_page", options.limit}, {"is_truncated", page.cursor.has_value()}};
  info["delimited"] = Json(page.prefixes);
  info["cursor"] = page.cursor ? base64url_encode(*page.cursor) : std::string();
  return success(objects, info);
}

constexpr std::array routes = {
    Route{"r2.objects.list", "GET", "accounts/:account/r2/buckets/:bucket/objects", list},
    Route{"r2.objects.get", "GET", "accounts/:account/r2/buckets/:bucket/objects/*key", get},
    Route{"r2.objects.put", "PUT", "accounts/:account/r2/buckets/:bucket/objects/*key", put},
    Route{"r2.objects.delete", "DELETE", "accounts/:account/r2/buckets/:bucket/objects/*key", erase},
};

}  // namespace

std::span<const Route> r2_object_routes() {
  return routes;
}

}  // namespace corral::serve::rest
