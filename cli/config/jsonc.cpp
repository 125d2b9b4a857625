#include "cli/config/jsonc.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "backends/platform/decimal_text.hpp"

namespace corral::config {

namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Value parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) position_ = 3;
    Value value = parse_value(0);
    skip_space();
    if (position_ < text_.size()) fail("text follows the end of the config");
    return value;
  }

 private:
  [[noreturn]] void fail(std::string_view reason) const {
    throw_syntax_error(text_, file_, position_, reason);
  }

  [[nodiscard]] bool at(std::string_view token) const { return text_.substr(position_).starts_with(token); }

  bool take(char c) {
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  void skip_space() {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++position_;
      } else if (at("//")) {
        position_ = std::min(text_.find('\n', position_), text_.size());
      } else if (at("/*")) {
        const std::size_t end = text_.find("*/", position_ + 2);
        if (end == std::string_view::npos) fail("this comment does not end");
        position_ = end + 2;
      } else {
        return;
      }
    }
  }

  /// The parser's line and column, counted incrementally from the last query.
  SourceSpot spot() {
    for (; counted_ < position_; ++counted_) {
      if (text_[counted_] == '\n') {
        ++line_;
        line_start_ = counted_ + 1;
      }
    }
    return {line_, position_ - line_start_ + 1};
  }

  Value parse_value(std::size_t depth) {
    skip_space();
    if (position_ >= text_.size()) fail("the config ends where a value should be");
    if (depth > max_depth) fail(fmt::format("nested more than {} deep", max_depth));
    Value value;
    value.at = spot();
    value.begin = position_;
    const char c = text_[position_];
    if (c == '{') {
      parse_object(value, depth);
    } else if (c == '[') {
      parse_array(value, depth);
    } else if (c == '"') {
      value.type = Value::Type::string;
      value.text = parse_string();
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      parse_number(value);
    } else {
      parse_word(value);
    }
    value.end = position_;
    return value;
  }

  void parse_object(Value& value, std::size_t depth) {
    value.type = Value::Type::object;
    std::unordered_map<std::string, std::size_t> places;
    ++position_;
    while (true) {
      skip_space();
      if (take('}')) return;
      if (position_ >= text_.size()) fail("this object does not end");
      if (text_[position_] != '"') fail("a name in double quotes, or '}', is expected here");
      std::string name = parse_string();
      skip_space();
      if (!take(':')) fail("':' is expected after a name");
      Value member = parse_value(depth + 1);
      const auto [place, is_new] = places.try_emplace(name, value.members.size());
      if (is_new) {
        value.members.push_back({std::move(name), std::move(member)});
      } else {
        value.members[place->second].value = std::move(member);
      }
      skip_space();
      if (!take(',') && !at("}")) fail("',' or '}' is expected here");
    }
  }

  void parse_array(Value& value, std::size_t depth) {
    value.type = Value::Type::array;
    ++position_;
    while (true) {
      skip_space();
      if (take(']')) return;
      if (position_ >= text_.size()) fail("this array does not end");
      value.items.push_back(parse_value(depth + 1));
      skip_space();
      if (!take(',') && !at("]")) fail("',' or ']' is expected here");
    }
  }

  std::string parse_string() {
    std::string result;
    ++position_;
    while (true) {
      const std::size_t stop = text_.find_first_of("\"\\\n", position_);
      if (stop == std::string_view::npos || text_[stop] == '\n') fail("this string does not end on its line");
      result += text_.substr(position_, stop - position_);
      position_ = stop + 1;
      if (text_[stop] == '"') return result;
      parse_escape(result);
    }
  }

  void parse_escape(std::string& result) {
    if (position_ >= text_.size()) fail("this string does not end");
    const char c = text_[position_++];
    switch (c) {
      case '"':
      case '\\':
      case '/': result += c; return;
      case 'b': result += '\b'; return;
      case 'f': result += '\f'; return;
      case 'n': result += '\n'; return;
      case 'r': result += '\r'; return;
      case 't': result += '\t'; return;
      case 'u': append_code_point(result, parse_unicode_escape()); return;
      default: --position_; fail("there is no such escape");
    }
  }

  std::uint32_t parse_hex4() {
    std::uint32_t unit = 0;
    const std::string_view digits = text_.substr(position_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc() || digits.size() < 4 || end != digits.data() + 4)
      fail("\\u needs four hex digits");
    position_ += 4;
    return unit;
  }

  std::uint32_t parse_unicode_escape() {
    const std::uint32_t first = parse_hex4();
    const bool high = first >= 0xD800 && first < 0xDC00;
    if (high && at("\\u")) {
      const std::size_t before = position_;
      position_ += 2;
      const std::uint32_t second = parse_hex4();
      if (second >= 0xDC00 && second < 0xE000) return 0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00);
      position_ = before;
    }
    return first >= 0xD800 && first < 0xE000 ? 0xFFFD : first;  // an unpaired surrogate
  }

  static void append_code_point(std::string& result, std::uint32_t code) {
    const auto add = [&](std::uint32_t byte) { result += static_cast<char>(byte); };
    if (code < 0x80) {
      add(code);
    } else if (code < 0x800) {
      add(0xC0 | code >> 6U);
      add(0x80 | (code & 0x3FU));
    } else if (code < 0x10000) {
      add(0xE0 | code >> 12U);
      add(0x80 | (code >> 6U & 0x3FU));
      add(0x80 | (code & 0x3FU));
    } else {
      add(0xF0 | code >> 18U);
      add(0x80 | (code >> 12U & 0x3FU));
      add(0x80 | (code >> 6U & 0x3FU));
      add(0x80 | (code & 0x3FU));
    }
  }

  void parse_number(Value& value) {
    const std::size_t end = std::min(text_.find_first_not_of("+-.eE0123456789", position_), text_.size());
    const char* last = text_.data() + end;
    const auto [stop, error] = platform::read_number(text_.data() + position_, last, value.number);
    if (error != std::errc() || stop != last) fail("this is not a number");
    value.type = Value::Type::number;
    position_ = end;
  }

  void parse_word(Value& value) {
    if (at("true") || at("false")) {
      value.type = Value::Type::boolean;
      value.boolean = at("true");
      position_ += value.boolean ? 4 : 5;
    } else if (at("null")) {
      position_ += 4;
    } else {
      fail("a value is expected here");
    }
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t position_ = 0;
  std::size_t counted_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace

Value parse_jsonc(std::string_view text, std::string_view file) {
  return Parser(text, file).parse();
}

}  // namespace corral::config
