#include "commands/sql/json_value.hpp"

#include <cstdint>

#include <nlohmann/json.hpp>

#include "commands/text/json_text.hpp"

namespace corral {

SqlValue sql_value_of_json(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  switch (json.type()) {
    case Json::value_t::null: return {};
    case Json::value_t::boolean: return SqlValue::of_integer(json.get<bool>() ? 1 : 0);
    case Json::value_t::number_integer: return SqlValue::of_integer(json.get<std::int64_t>());
    case Json::value_t::number_unsigned:
      if (json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
        return SqlValue::of_real(json.get<double>());
      }
      return SqlValue::of_integer(json.get<std::int64_t>());
    case Json::value_t::number_float: return SqlValue::of_real(json.get<double>());
    case Json::value_t::string: return SqlValue::of_text(json.get<std::string>());
    default: return SqlValue::of_text(json_text(json, 0));
  }
}

}  // namespace corral
