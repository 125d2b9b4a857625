#include "commands/kv/describe.hpp"

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::kv {

namespace {

void add_expiry_and_metadata(Json& json, const KvItem& item) {
  if (item.expiration) json["expiration"] = *item.expiration / 1000;
  if (item.metadata) {
    json["metadata"] = json_if_valid(*item.metadata).value_or(Json(*item.metadata));
  }
}

}  // namespace

Json entry_as_json(const KvItem& item) {
  Json json;
  json["name"] = item.key;
  add_expiry_and_metadata(json, item);
  if (item.size) json["size"] = *item.size;
  return json;
}

Json value_as_json(const KvItem& item, std::string_view value) {
  const bool text = is_utf8(value);
  Json json;
  json["key"] = item.key;
  json["value"] = text ? std::string(value) : base64_encode(value);
  add_expiry_and_metadata(json, item);
  if (!text) json["base64"] = true;
  return json;
}

std::string replace_malformed(std::string_view bytes) {
  // The JSON library's replacement follows the same rule (one U+FFFD per maximal ill-formed part).
  return parse_json(json_string(bytes), "a JSON string").get<std::string>();
}

}  // namespace corral::kv
