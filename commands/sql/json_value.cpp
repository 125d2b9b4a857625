#include "commands/sql/json_value.hpp"

#include <cstdint>

#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

SqlValue sql_value_of_json(const Json& json) {
  switch (json.type()) {
    case Json::Type::null: return {};
    case Json::Type::boolean: return SqlValue::of_integer(json.get<bool>() ? 1 : 0);
    case Json::Type::integer: return SqlValue::of_integer(json.get<std::int64_t>());
    case Json::Type::natural:
      if (json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
        return SqlValue::of_real(json.get<double>());
      }
      return SqlValue::of_integer(json.get<std::int64_t>());
    case Json::Type::real: return SqlValue::of_real(json.get<double>());
    case Json::Type::string: return SqlValue::of_text(json.get<std::string>());
    default: return SqlValue::of_text(json_text(json, 0));
  }
}

}  // namespace corral
