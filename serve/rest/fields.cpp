#include "serve/rest/fields.hpp"

#include <cmath>

#include <fmt/format.h>

#include "serve/rest/refusal.hpp"

namespace corral::serve::rest {

Fields::Fields(const Json& object, int code) : object_(object), code_(code) {
  if (!object.is_object()) throw Refusal(400, code, "a JSON object was expected");
}

void Fields::refuse(std::string_view name, std::string_view why) const {
  throw Refusal(400, code_, fmt::format("\"{}\" {}", name, why));
}

const Json* Fields::any(std::string_view name) const {
  const auto* const found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : found;
}

std::optional<std::string> Fields::text_if_any(std::string_view name) const {
  const Json* const value = any(name);
  if (value == nullptr) return std::nullopt;
  if (value->text() == nullptr) refuse(name, "must be a string");
  return *value->text();
}

std::string Fields::text(std::string_view name) const {
  auto value = text_if_any(name);
  if (!value || value->empty()) refuse(name, "is missing");
  return *std::move(value);
}

std::optional<bool> Fields::flag(std::string_view name) const {
  const Json* const value = any(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(name, "must be true or false");
  return value->get<bool>();
}

std::optional<std::int64_t> Fields::number(std::string_view name, std::int64_t least,
                                           std::int64_t most) const {
  const Json* const value = any(name);
  if (value == nullptr) return std::nullopt;
  const double number = value->is_number() ? value->get<double>() : std::nan("");
  if (std::trunc(number) != number || number < static_cast<double>(least) ||
      number > static_cast<double>(most))
    refuse(name, fmt::format("must be a whole number from {} to {}", least, most));
  return static_cast<std::int64_t>(number);
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view name) const {
  const Json* const list = array(name);
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const Json& one : *list) {
    if (one.text() == nullptr) refuse(name, "must be an array of strings");
    texts.push_back(*one.text());
  }
  return texts;
}

const Json* Fields::array(std::string_view name) const {
  const Json* const value = any(name);
  if (value != nullptr && !value->is_array()) refuse(name, "must be an array");
  return value;
}

const Json* Fields::object(std::string_view name) const {
  const Json* const value = any(name);
  if (value != nullptr && !value->is_object()) refuse(name, "must be an object");
  return value;
}

}  // namespace corral::serve::rest
