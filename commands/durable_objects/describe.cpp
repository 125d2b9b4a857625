#include "commands/durable_objects/describe.hpp"

#include "commands/text/json.hpp"
#include "commands/text/readable.hpp"

namespace corral::durable_objects {

UnixMillis millis_of(UnixNanos time) noexcept {
  constexpr UnixNanos nanos = 1'000'000;
  return time / nanos;
}

Json alarm_as_json(std::optional<UnixNanos> alarm) {
  return alarm ? Json(iso_time(millis_of(*alarm))) : Json(nullptr);
}

Json info_as_json(const std::string& id, const DurableObjectInfo& info) {
  Json json;
  json["id"] = id;
  json["name"] = info.name ? Json(*info.name) : Json(nullptr);
  json["keys"] = info.keys;
  json["tables"] = info.tables;
  json["bytes"] = info.bytes;
  json["alarm"] = alarm_as_json(info.alarm);
  return json;
}

}  // namespace corral::durable_objects
