#include "commands/text/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/bytes/javascript_number.hpp"
#include "commands/text/json.hpp"

namespace corral {

namespace {

void append_scalar(std::string& text, const Json& value) {
  switch (value.type()) {
    case Json::Type::string: append_json_string(text, *value.text()); break;
    case Json::Type::boolean: text += value.get<bool>() ? "true" : "false"; break;
    case Json::Type::integer:
    case Json::Type::natural:
    case Json::Type::real: text += javascript_number(value.get<double>()); break;
    default: text += "null"; break;
  }
}

/// Writes values without recursion, so nesting depth is not limited by the stack.
class Writer {
 public:
  Writer(std::string& text, int indent, int depth) : text_(text), indent_(indent), depth_(depth) {}

  void write(const Json& value) {
    begin(value);
    while (!open_.empty()) {
      Open& open = open_.back();
      if (open.next == open.container->size()) {
        end();
        continue;
      }
      if (open.next != 0) text_ += ',';
      line_break();
      if (open.container->is_object()) {
        append_json_string(text_, open.container->name(open.next));
        text_ += indent_ == 0 ? ":" : ": ";
      }
      begin((*open.container)[open.next++]);
    }
  }

 private:
  struct Open {
    const Json* container;
    std::size_t next;  ///< the element to write
  };

  void begin(const Json& value) {
    if (!value.is_structured()) {
      append_scalar(text_, value);
      return;
    }
    text_ += value.is_object() ? '{' : '[';
    open_.push_back({&value, 0});
  }

  void end() {
    const Json& container = *open_.back().container;
    open_.pop_back();
    if (!container.empty()) line_break();
    text_ += container.is_object() ? '}' : ']';
  }

  void line_break() {
    if (indent_ == 0) return;
    text_ += '\n';
    text_.append(static_cast<std::size_t>(indent_) * (static_cast<std::size_t>(depth_) + open_.size()), ' ');
  }

  std::string& text_;
  int indent_;
  int depth_;
  std::vector<Open> open_;
};

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (plain) {
    json.append(1, '"').append(text).append(1, '"');
  } else {
    json += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

void append_javascript_integer(std::string& json, std::int64_t number) {
  constexpr std::int64_t exact = std::int64_t{1} << 53U;
  if (number < -exact || number > exact) {
    json += javascript_number(static_cast<double>(number));
    return;
  }
  std::array<char, 24> digits{};
  json.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string json_text(const Json& value, int indent, int depth) {
  std::string text;
  Writer(text, indent, depth).write(value);
  return text;
}

}  // namespace corral
