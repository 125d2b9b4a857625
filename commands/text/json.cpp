#include "commands/text/json.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral {

struct Json::Array {
  std::vector<Json> elements;
};

struct Json::Object {
  std::vector<Json> elements;
  std::vector<std::string> names;
};

namespace {

std::string_view name_of(Json::Type type) {
  constexpr std::array<std::string_view, 8> names = {"null",   "boolean", "number", "number",
                                                     "number", "string",  "array",  "object"};
  return names.at(static_cast<std::size_t>(type));
}

}  // namespace

Json::Json() noexcept = default;
Json::Json(std::nullptr_t) noexcept {}
Json::Json(double value) noexcept : value_(value) {}
Json::Json(std::in_place_t, bool value) noexcept : value_(value) {}
Json::Json(std::in_place_t, std::int64_t value) noexcept : value_(value) {}
Json::Json(std::in_place_t, std::uint64_t value) noexcept : value_(value) {}
Json::Json(std::string text) noexcept : value_(std::move(text)) {}
Json::Json(std::string_view text) : value_(std::string(text)) {}
Json::Json(const char* text) : value_(std::string(text)) {}

Json::Json(std::span<const std::string> texts)
    : value_(std::make_unique<Array>(Array{{texts.begin(), texts.end()}})) {}

Json::Json(std::span<const std::string_view> texts)
    : value_(std::make_unique<Array>(Array{{texts.begin(), texts.end()}})) {}

Json::Json(std::initializer_list<Json> values) {
  const bool pairs = std::all_of(values.begin(), values.end(), [](const Json& one) {
    return one.is_array() && one.size() == 2 && one[0].is_string();
  });
  if (!pairs) {
    *this = array(values);
    return;
  }
  as_object();
  for (const Json& pair : values) {
    if (!contains(*pair[0].text())) append(*pair[0].text(), pair[1]);
  }
}

Json::Json(const Json& other) {
  switch (other.type()) {
    case Type::array:
      value_ = std::make_unique<Array>(*std::get<std::unique_ptr<Array>>(other.value_));
      break;
    case Type::object:
      value_ = std::make_unique<Object>(*std::get<std::unique_ptr<Object>>(other.value_));
      break;
    case Type::string: value_ = *other.text(); break;
    case Type::boolean: value_ = std::get<bool>(other.value_); break;
    case Type::integer: value_ = std::get<std::int64_t>(other.value_); break;
    case Type::natural: value_ = std::get<std::uint64_t>(other.value_); break;
    case Type::real: value_ = std::get<double>(other.value_); break;
    case Type::null: break;
  }
}

// NOLINTNEXTLINE(bugprone-exception-escape): as declared
Json::Json(Json&& other) noexcept : value_(std::move(other.value_)) {
  other.value_.emplace<0>(nullptr);
}

Json& Json::operator=(Json other) noexcept {
  std::swap(value_, other.value_);
  return *this;
}

/// Without recursion, so that depth is not limited by the stack.
// NOLINTNEXTLINE(bugprone-exception-escape): as declared
Json::~Json() {
  std::vector<Json> nested;
  const auto take_nested = [&nested](Json& json) {
    if (!json.is_structured()) return;
    for (Json& one : json) {
      if (one.is_structured() && !one.empty()) nested.push_back(std::move(one));
    }
  };
  take_nested(*this);
  while (!nested.empty()) {
    Json last = std::move(nested.back());
    nested.pop_back();
    take_nested(last);
  }
}

Json Json::array() {
  Json json;
  json.value_ = std::make_unique<Array>();
  return json;
}

Json Json::array(std::initializer_list<Json> elements) {
  Json json;
  json.value_ = std::make_unique<Array>(Array{elements});
  return json;
}

Json Json::object() {
  Json json;
  json.value_ = std::make_unique<Object>();
  return json;
}

const std::vector<Json>* Json::elements() const noexcept {
  if (const auto* array = std::get_if<std::unique_ptr<Array>>(&value_)) return &(*array)->elements;
  if (const auto* object = std::get_if<std::unique_ptr<Object>>(&value_)) return &(*object)->elements;
  return nullptr;
}

std::vector<Json>* Json::elements() noexcept {
  if (auto* array = std::get_if<std::unique_ptr<Array>>(&value_)) return &(*array)->elements;
  if (auto* object = std::get_if<std::unique_ptr<Object>>(&value_)) return &(*object)->elements;
  return nullptr;
}

void Json::mismatch(std::string_view wanted) const {
  throw Error(ErrorKind::corrupt,
              fmt::format("a JSON value is of type {} instead of {}", name_of(type()), wanted));
}

Json::Array& Json::as_array() {
  if (is_null()) value_ = std::make_unique<Array>();
  if (!is_array()) mismatch("array");
  return *std::get<std::unique_ptr<Array>>(value_);
}

Json::Object& Json::as_object() {
  if (is_null()) value_ = std::make_unique<Object>();
  if (!is_object()) mismatch("object");
  return *std::get<std::unique_ptr<Object>>(value_);
}

std::size_t Json::size() const noexcept {
  const auto* list = elements();
  return list == nullptr ? 0 : list->size();
}

Json::iterator Json::begin() noexcept {
  auto* list = elements();
  return list == nullptr ? nullptr : list->data();
}

Json::const_iterator Json::begin() const noexcept {
  const auto* list = elements();
  return list == nullptr ? nullptr : list->data();
}

const std::string& Json::name(std::size_t index) const noexcept {
  return std::get<std::unique_ptr<Object>>(value_)->names[index];
}

Json::const_iterator Json::find(std::string_view name) const noexcept {
  if (!is_object()) return end();
  const auto& names = std::get<std::unique_ptr<Object>>(value_)->names;
  return begin() + (std::find(names.begin(), names.end(), name) - names.begin());
}

const Json& Json::at(std::string_view name) const {
  if (!is_object()) mismatch("object");
  const const_iterator found = find(name);
  if (found == end())
    throw Error(ErrorKind::corrupt, fmt::format("a JSON object has no member \"{}\"", name));
  return *found;
}

Json& Json::operator[](std::string_view name) {
  Object& object = as_object();
  const auto found = std::find(object.names.begin(), object.names.end(), name);
  if (found != object.names.end()) return begin()[found - object.names.begin()];
  return append(std::string(name), {});
}

Json& Json::append(std::string name, Json value) {
  Object& object = as_object();
  object.names.push_back(std::move(name));
  return object.elements.emplace_back(std::move(value));
}

void Json::update(Json other) {
  for (std::size_t i = 0; i < other.size(); ++i) (*this)[other.name(i)] = std::move(other[i]);
}

Json& Json::push_back(Json value) {
  return as_array().elements.emplace_back(std::move(value));
}

void Json::erase(const_iterator element) {
  const std::ptrdiff_t index = element - begin();
  if (is_object()) {
    auto& names = as_object().names;
    names.erase(names.begin() + index);
  }
  auto* list = elements();
  list->erase(list->begin() + index);
}

bool Json::erase(std::string_view name) {
  const const_iterator found = find(name);
  if (found == end()) return false;
  erase(found);
  return true;
}

template <>
bool Json::get<bool>() const {
  if (!is_boolean()) mismatch("boolean");
  return std::get<bool>(value_);
}

template <>
std::int64_t Json::get<std::int64_t>() const {
  switch (type()) {
    case Type::integer: return std::get<std::int64_t>(value_);
    case Type::natural: return static_cast<std::int64_t>(std::get<std::uint64_t>(value_));
    case Type::real: return static_cast<std::int64_t>(std::get<double>(value_));
    default: mismatch("number");
  }
}

template <>
std::uint64_t Json::get<std::uint64_t>() const {
  return type() == Type::natural ? std::get<std::uint64_t>(value_)
                                 : static_cast<std::uint64_t>(get<std::int64_t>());
}

template <>
double Json::get<double>() const {
  switch (type()) {
    case Type::integer: return static_cast<double>(std::get<std::int64_t>(value_));
    case Type::natural: return static_cast<double>(std::get<std::uint64_t>(value_));
    case Type::real: return std::get<double>(value_);
    default: mismatch("number");
  }
}

template <>
std::string Json::get<std::string>() const {
  if (!is_string()) mismatch("string");
  return *text();
}

template <>
std::vector<std::string> Json::get<std::vector<std::string>>() const {
  if (!is_array()) mismatch("array");
  std::vector<std::string> texts;
  texts.reserve(size());
  for (const Json& one : *this) texts.push_back(one.get<std::string>());
  return texts;
}

template <>
Json Json::get<Json>() const {
  return *this;
}

}  // namespace corral
