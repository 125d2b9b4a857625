#include "cli/config/config_value.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::config {

Value::Value() = default;
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view name) const {
  for (const auto& [member, value] : members) {
    if (member == name) return &value;
  }
  return nullptr;
}

const char* Value::type_words() const {
  switch (type) {
    case Type::null: return "null";
    case Type::boolean: return "a boolean";
    case Type::number: return "a number";
    case Type::string: return "a string";
    case Type::array: return "an array";
    case Type::object: return "an object";
    case Type::other: return "a date or time";
  }
  return "a value";
}

SourceSpot spot_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {line, offset - line_start + 1};
}

void throw_syntax_error(std::string_view text, std::string_view file, std::size_t offset,
                        std::string_view reason) {
  // As much of the line around the spot as fits.
  constexpr std::size_t context = 60;
  const SourceSpot spot = spot_of(text, offset);
  const std::size_t line_start = offset - (spot.column - 1);
  const std::size_t start = spot.column - 1 > context ? offset - context : line_start;
  const std::size_t end = std::min({text.find_first_of("\r\n", offset), offset + context, text.size()});
  const std::string before = shown(text.substr(start, offset - start));
  const std::string line = before + shown(text.substr(offset, end - offset));
  throw Error(ErrorKind::invalid_input,
              fmt::format("{}:{}:{}: {}\n  {}\n  {:>{}}", shown(file), spot.line, spot.column, reason, line,
                          '^', std::max<std::size_t>(before.size(), 0) + 1));
}

}  // namespace corral::config
