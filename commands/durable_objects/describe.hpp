#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/durable_objects.hpp"
#include "commands/text/json.hpp"

namespace corral::durable_objects {

/// The table in which miniflare keeps an object's name: not a user's table.
inline constexpr std::string_view name_table = "__miniflare_do_name";

/// The time of an alarm in milliseconds, as in JavaScript.
UnixMillis millis_of(UnixNanos time) noexcept;

/// An alarm as JSON: RFC 3339 text, or null.
Json alarm_as_json(std::optional<UnixNanos> alarm);

/// An object as JSON: id, name, keys, tables, bytes, alarm.
Json info_as_json(const std::string& id, const DurableObjectInfo& info);

}  // namespace corral::durable_objects
