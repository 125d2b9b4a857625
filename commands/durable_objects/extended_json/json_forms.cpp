#include "commands/durable_objects/extended_json/json_forms.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "commands/durable_objects/extended_json/view_elements.hpp"

namespace corral::durable_objects {

namespace {

constexpr std::array<std::string_view, 20> form_names = {
    "$undefined", "$hole",  "$number", "$int32",   "$uint32", "$bigint", "$date",
    "$regexp",    "$map",   "$set",    "$boxed",   "$error",  "$id",     "$ref",
    "$object",    "$array", "$sparse", "$twoByte", "$utf16",  "$v8"};

/// The flags in bit order: JavaScript's letters, and V8's own 'l' (linear).
constexpr std::string_view flag_letters = "gimyusldv";

constexpr std::array<std::pair<char, std::string_view>, 6> error_types = {{{'E', "EvalError"},
                                                                           {'R', "RangeError"},
                                                                           {'F', "ReferenceError"},
                                                                           {'S', "SyntaxError"},
                                                                           {'T', "TypeError"},
                                                                           {'U', "URIError"}}};

}  // namespace

bool is_form_name(std::string_view name) noexcept {
  if (!name.starts_with('$')) return false;
  return std::find(form_names.begin(), form_names.end(), name) != form_names.end() ||
         name == "$ArrayBuffer" || view_of_name(name.substr(1)) != 0;
}

bool holds_nodes(v8::Type type) noexcept {
  switch (type) {
    case v8::Type::object:
    case v8::Type::array:
    case v8::Type::sparse_array:
    case v8::Type::map:
    case v8::Type::set:
    case v8::Type::view:
    case v8::Type::error: return true;
    default: return false;
  }
}

std::string regexp_flags_text(std::uint16_t flags) {
  std::string letters;
  for (std::size_t i = 0; i < flag_letters.size(); ++i) {
    if ((unsigned{flags} >> i & 1U) != 0) letters += flag_letters[i];
  }
  return letters;
}

std::optional<std::uint16_t> regexp_flags_of(std::string_view letters) noexcept {
  unsigned flags = 0;
  for (const char letter : letters) {
    const std::size_t at = flag_letters.find(letter);
    if (at == std::string_view::npos) return std::nullopt;
    flags |= 1U << at;
  }
  return static_cast<std::uint16_t>(flags);
}

std::string_view error_type_name(std::uint8_t letter) noexcept {
  for (const auto& [known, name] : error_types) {
    if (static_cast<std::uint8_t>(known) == letter) return name;
  }
  return "Error";
}

std::uint8_t error_type_of(std::string_view name) noexcept {
  for (const auto& [letter, known] : error_types) {
    if (known == name) return static_cast<std::uint8_t>(letter);
  }
  return 0;
}

std::string_view part_name(v8::ErrorPart part) noexcept {
  switch (part) {
    case v8::ErrorPart::message: return "message";
    case v8::ErrorPart::stack: return "stack";
    case v8::ErrorPart::cause: return "cause";
    default: return "";
  }
}

v8::ErrorPart part_of(std::string_view name) noexcept {
  if (name == "message") return v8::ErrorPart::message;
  if (name == "stack") return v8::ErrorPart::stack;
  return name == "cause" ? v8::ErrorPart::cause : v8::ErrorPart::none;
}

}  // namespace corral::durable_objects
