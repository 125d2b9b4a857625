#include "cli/config/field_reader.hpp"

#include <fmt/format.h>

namespace corral::config {

std::string FieldReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void FieldReader::complain(std::string_view name, std::string message, SourceSpot at) {
  good_ = false;
  problems_.push_back({section_, name.empty() ? path_ : path_of(name), std::move(message), at});
}

const Value* FieldReader::find(std::string_view name, Value::Type type, const char* words) {
  const Value* value = object_.find(name);
  if (value == nullptr || value->type == Value::Type::null) return nullptr;
  if (value->type == type) return value;
  complain(name, fmt::format("must be {}, but is {}", words, value->type_words()), value->at);
  return nullptr;
}

std::optional<std::string> FieldReader::text(std::string_view name) {
  const Value* value = find(name, Value::Type::string, "a string");
  return value != nullptr ? std::optional(value->text) : std::nullopt;
}

std::optional<double> FieldReader::number(std::string_view name) {
  const Value* value = find(name, Value::Type::number, "a number");
  return value != nullptr ? std::optional(value->number) : std::nullopt;
}

bool FieldReader::flag(std::string_view name) {
  const Value* value = find(name, Value::Type::boolean, "true or false");
  return value != nullptr && value->boolean;
}

const Value* FieldReader::array(std::string_view name) {
  return find(name, Value::Type::array, "an array");
}

const Value* FieldReader::object(std::string_view name) {
  return find(name, Value::Type::object, "an object");
}

std::vector<std::string> FieldReader::texts(std::string_view name) {
  std::vector<std::string> texts;
  const Value* values = array(name);
  if (values == nullptr) return texts;
  for (const Value& value : values->items) {
    if (value.type == Value::Type::string) {
      texts.push_back(value.text);
    } else {
      complain(name, fmt::format("must hold strings, but holds {}", value.type_words()), value.at);
    }
  }
  return texts;
}

std::string FieldReader::required_text(std::string_view name) {
  const bool was_good = good_;
  std::optional<std::string> value = text(name);
  if (value && !value->empty()) return *value;
  if (good_ == was_good) {
    complain(name, value ? "must not be empty" : "is missing; a string is expected", object_.at);
  }
  return {};
}

}  // namespace corral::config
