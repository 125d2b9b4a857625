#include "commands/r2/describe.hpp"

#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

Json http_as_json(const HttpMetadata& http) {
  Json json = Json::object();
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) json[name] = *value;
  };
  add("contentType", http.content_type);
  add("contentLanguage", http.content_language);
  add("contentDisposition", http.content_disposition);
  add("contentEncoding", http.content_encoding);
  add("cacheControl", http.cache_control);
  if (http.cache_expiry) json["cacheExpiry"] = iso_time(*http.cache_expiry);
  return json;
}

Json object_as_json(const ObjectInfo& object, bool long_form) {
  Json json;
  json["key"] = object.key;
  json["size"] = object.size;
  json["etag"] = object.etag;
  json["uploaded"] = iso_time(object.uploaded);
  if (!long_form) return json;
  if (!object.version.empty()) json["version"] = object.version;
  if (object.storage_class) json["storageClass"] = *object.storage_class;
  json["httpMetadata"] = http_as_json(object.http);
  json["customMetadata"] = Json::object();
  for (const auto& [name, value] : object.custom) json["customMetadata"][name] = value;
  json["checksums"] = Json::object();
  for (const HashKind kind : hash_kinds) {
    if (const auto& value = object.checksums.of(kind)) json["checksums"][std::string(name_of(kind))] = *value;
  }
  return json;
}

}  // namespace corral::r2
