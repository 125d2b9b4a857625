#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/error.hpp"
#include "backends/v8/document.hpp"
#include "commands/durable_objects/extended_json/json_tape.hpp"

namespace corral::durable_objects {

/// Makes a stored value of JSON: plain values in extended_json_reader.cpp, the forms for what JSON lacks in
/// extended_json_forms.cpp.
class Converter {
 public:
  Converter(const JsonTape& json, std::string_view what) : json_(json), what_(what) {}

  v8::Document run() {
    value(0);
    return std::move(document_);
  }

 private:
  using Kind = JsonTape::Kind;
  using Value = JsonTape::Value;
  using Type = v8::Type;
  using Node = v8::Node;

  [[noreturn]] void fail(std::string_view why) const {
    throw Error(ErrorKind::invalid_input, fmt::format("{}: {}", what_, why),
                "docs/guide/durable-objects.md lists the forms for what JSON lacks");
  }

  [[nodiscard]] const Value& at(std::size_t index) const { return json_.values[index]; }
  [[nodiscard]] std::string_view text(std::size_t index) const { return json_.text_of(at(index)); }
  [[nodiscard]] std::size_t next_after(std::size_t index) const { return index + at(index).size; }

  Node& add(Type type) {
    document_.nodes.push_back({.type = type});
    return document_.nodes.back();
  }

  /// Starts a container; `finish` sets its size.
  std::size_t begin(Type type, std::uint64_t bits) {
    add(type).bits = bits;
    return document_.nodes.size() - 1;
  }
  void finish(std::size_t node) {
    document_.nodes[node].extra = static_cast<std::uint32_t>(document_.nodes.size() - node);
  }

  void value(std::size_t index);

  void integer(std::int64_t number);
  void string(std::string_view utf8, Type type = Type::string, bool two_bytes = false);

  void elements(std::size_t array) {
    for (std::size_t i = array + 1; i < next_after(array); i = next_after(i)) value(i);
  }

  /// Orders members like JavaScript: array indexes in ascending order, then the others; for a repeated name
  /// the last value counts.
  void object(std::size_t index);

  /// False: one of the user's own objects that merely looks like a form.
  bool form(std::size_t index);
  bool form_with_more(std::size_t index, std::string_view name, std::size_t content);
  void form_of_one(std::string_view name, std::size_t content);

  /// The string or number that a form requires at this position.
  [[nodiscard]] std::string_view text_in(std::size_t index, std::string_view form) const {
    if (at(index).kind != Kind::text) fail(fmt::format("{} needs a text", form));
    return text(index);
  }
  [[nodiscard]] std::int64_t integer_in(std::size_t index, std::string_view form, std::int64_t least,
                                        std::int64_t most) const {
    const bool is_zero = at(index).kind == Kind::minus_zero;
    const auto number = is_zero ? 0 : static_cast<std::int64_t>(at(index).bits);
    if ((at(index).kind != Kind::integer && !is_zero) || number < least || number > most)
      fail(fmt::format("{} needs a whole number from {} to {}", form, least, most));
    return number;
  }
  [[nodiscard]] std::string bytes_in(std::size_t index, std::string_view form) const {
    auto bytes = base64_decode(text_in(index, form));
    if (!bytes) fail(fmt::format("{} needs base64", form));
    return std::move(*bytes);
  }
  void need_array(std::size_t index, std::string_view form) const {
    if (at(index).kind != Kind::array) fail(fmt::format("{} needs an array", form));
  }
  /// The value of the member with this name; 0 if there is none.
  [[nodiscard]] std::size_t member(std::size_t object, std::string_view name) const {
    for (std::size_t i = object + 1; i < next_after(object); i = next_after(i + 1)) {
      if (text(i) == name) return i + 1;
    }
    return 0;
  }

  void pairs(std::size_t array, std::string_view form);
  void named_pairs(std::size_t array, std::string_view form);

  void number(std::string_view content);
  void bigint(std::string_view digits, Type type);
  /// A number in a form as a double: a JSON number or {"$number"}.
  std::uint64_t double_in(std::size_t index, std::string_view form);
  void date(std::size_t content);
  void regexp(std::size_t content);
  void boxed(std::size_t content);
  void error(std::size_t content);
  void buffer(std::string_view bytes, std::optional<std::uint32_t> limit = {});
  void view(std::string_view name, std::size_t content);
  void value_with_id(std::int64_t id, std::size_t content);

  void reference(std::int64_t id);
  void stored(std::size_t content);

  const JsonTape& json_;
  std::string_view what_;
  v8::Document document_;
  std::unordered_map<std::int64_t, std::size_t> labels_;
};

}  // namespace corral::durable_objects
