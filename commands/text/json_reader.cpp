#include "commands/text/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/platform/decimal_text.hpp"

namespace corral {

namespace {

constexpr std::size_t buffer_bytes = 65'536;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xE000;
}

/// The number of UTF-8 continuation bytes.
std::uint64_t continuing_bytes_of(std::string_view text) {
  return static_cast<std::uint64_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }));
}

/// The grammar of numbers is narrower than that of from_chars: no 01, no 1., no .5, no hex, no inf.
bool is_number(std::string_view text) {
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool begins_with_zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (begins_with_zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

JsonNumber number_of(const std::string& text) {
  JsonNumber number;
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, whole);
      error == std::errc() && stop == end)
    number.whole = whole;
  // from_chars does not distinguish overflow from underflow; strtod returns infinity or zero.
  if (platform::read_number(text.data(), end, number.value).ec == std::errc::result_out_of_range)
    number.value = std::strtod(text.c_str(), nullptr);
  return number;
}

}  // namespace

JsonReader::JsonReader(ByteSource& source, std::string what, Limits limits)
    : source_(&source), what_(std::move(what)), limits_(limits) {}

JsonReader::JsonReader(std::string_view text, std::string what, Limits limits)
    : what_(std::move(what)), limits_(limits), text_(text) {}

bool JsonReader::fill() {
  if (source_ == nullptr || ended_) return false;
  before_ += at_;
  at_ = 0;
  if (before_ - value_start_ > limits_.value_bytes) {
    throw Error(ErrorKind::limit,
                fmt::format("{}: {} is longer than {} bytes", what_,
                            item_place_.empty() ? "its value" : "what begins at " + item_place_,
                            limits_.value_bytes));
  }
  buffer_.resize(buffer_bytes);
  text_ = std::string_view(buffer_).substr(0, source_->read(buffer_));
  ended_ = text_.empty();
  return !ended_;
}

char JsonReader::peek() {
  if (at_end()) fail("it ends too early");
  return text_[at_];
}

void JsonReader::take() {
  if (text_[at_++] != '\n') return;
  ++line_;
  line_start_ = bytes_read();
  continuing_bytes_ = 0;
}

void JsonReader::skip_space() {
  if (!std::exchange(begun_, true)) skip_byte_order_mark();
  while (!at_end() && is_space(text_[at_])) take();
}

void JsonReader::skip_byte_order_mark() {
  for (const char expected : std::string_view("\xEF\xBB\xBF")) {
    if (at_end() || text_[at_] != expected) return;
    ++at_;
    ++line_start_;
  }
}

std::string JsonReader::place() const {
  return place_of(bytes_read());
}

std::string JsonReader::place_of(std::uint64_t byte) const {
  std::string place = fmt::format("line {}, column {}", line_, byte - line_start_ - continuing_bytes_ + 1);
  if (items_ > 0) place += fmt::format(", item {}", items_ - 1);
  return place;
}

void JsonReader::fail(std::string_view reason) const {
  fail_at(bytes_read(), reason);
}

void JsonReader::fail_at(std::uint64_t byte, std::string_view reason) const {
  throw Error(ErrorKind::invalid_input,
              fmt::format("{} is not valid JSON: {}: {}", what_, place_of(byte), reason));
}

void JsonReader::fail_at_next(std::string_view wanted) {
  const char next = peek();
  // A byte of a multi-byte character is shown with the rest of it, if present.
  const std::string_view character =
      static_cast<unsigned char>(next) < 0x80 ? text_.substr(at_, 1) : first_characters(text_.substr(at_), 1);
  fail(fmt::format("{} is expected, not {}", wanted,
                   next == '\'' ? "a single quote" : fmt::format("'{}'", shown(character))));
}

void JsonReader::read_word(std::string_view word) {
  for (const char expected : word) {
    if (peek() != expected) fail_at_next(fmt::format("'{}'", word));
    take();
  }
}

void JsonReader::read_number(JsonVisitor& visitor) {
  std::string text;
  const std::uint64_t start = bytes_read();
  while (!at_end() &&
         (is_digit(text_[at_]) || std::string_view("+-.eE").find(text_[at_]) != std::string_view::npos))
    text += text_[at_++];
  if (!is_number(text)) fail_at(start, fmt::format("'{}' is not a number", first_characters(text, 40)));
  visitor.number(number_of(text));
}

std::uint32_t JsonReader::read_unit() {
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = peek();
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) fail("\\u needs four hexadecimal digits");
    unit = unit << 4U | static_cast<std::uint32_t>(digit);
    take();
  }
  return unit;
}

void JsonReader::read_escape() {
  const char c = peek();
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (const std::size_t at = letters.find(c); at != std::string_view::npos) {
    string_ += meanings[at];
    take();
    return;
  }
  if (c != 'u') fail(fmt::format("'\\{}' is not an escape", shown(std::string_view(&c, 1))));
  take();
  std::uint32_t unit = read_unit();
  // Unpaired surrogates, high or low, are replaced.
  while (unit >= 0xD800 && unit < 0xDC00) {
    if (peek() != '\\') break;
    take();
    if (peek() != 'u') {
      append_utf8(string_, 0xFFFD);
      return read_escape();
    }
    take();
    const std::uint32_t next = read_unit();
    if (next >= 0xDC00 && next < 0xE000) {
      append_utf8(string_, 0x10000U + ((unit - 0xD800U) << 10U) + (next - 0xDC00U));
      return;
    }
    append_utf8(string_, 0xFFFD);
    unit = next;
  }
  append_utf8(string_, is_surrogate(unit) ? 0xFFFD : unit);
}

void JsonReader::read_string() {
  string_.clear();
  take();                     // the quote
  std::size_t unchecked = 0;  // decoded escapes are UTF-8 anyway, but may sit between raw bytes
  while (true) {
    if (at_end()) fail("a string has no end");
    const std::string_view rest = text_.substr(at_);
    const auto plain = static_cast<std::size_t>(
        std::find_if(rest.begin(), rest.end(),
                     [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }) -
        rest.begin());
    string_ += rest.substr(0, plain);
    at_ += plain;
    if (plain == rest.size()) continue;
    const std::string_view piece = std::string_view(string_).substr(unchecked);
    const std::size_t valid = valid_utf8_bytes(piece);
    continuing_bytes_ += continuing_bytes_of(piece.substr(0, valid));
    if (valid != piece.size()) {
      fail_at(bytes_read() - (piece.size() - valid),
              fmt::format("a string is not UTF-8: it has the byte 0x{:02X}",
                          static_cast<unsigned char>(piece[valid])));
    }
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20)
      fail(fmt::format("a string has a control character as it is, and not as an escape ({})",
                       shown(std::string_view(&c, 1))));
    take();
    if (c == '"') return;
    read_escape();
    unchecked = string_.size();
  }
}

void JsonReader::open(char bracket) {
  if (open_.size() >= limits_.levels) {
    throw Error(ErrorKind::limit, fmt::format("{}, {}: more than {} arrays and objects in each other", what_,
                                              place(), limits_.levels));
  }
  open_ += bracket;
  take();
}

void JsonReader::read_name(JsonVisitor& visitor) {
  if (peek() != '"') fail_at_next("a name in double quotes");
  read_string();
  visitor.name(string_);
  skip_space();
  if (peek() != ':') fail_at_next("':'");
  take();
}

/// Reads a scalar, or the opening of an array or object.
void JsonReader::read_value(JsonVisitor& visitor) {
  skip_space();
  switch (peek()) {
    case '{':
      open('{');
      visitor.begin_object();
      skip_space();
      if (peek() != '}') return read_name(visitor);
      break;
    case '[':
      open('[');
      visitor.begin_array();
      skip_space();
      if (peek() != ']') return;
      break;
    case '"':
      read_string();
      visitor.string(string_);
      break;
    case 't':
      read_word("true");
      visitor.boolean(true);
      break;
    case 'f':
      read_word("false");
      visitor.boolean(false);
      break;
    case 'n':
      read_word("null");
      visitor.null();
      break;
    default:
      if (!is_digit(peek()) && peek() != '-') fail_at_next("a value");
      read_number(visitor);
  }
  after_value(visitor);
}

/// Closes arrays and objects that end here, up to the start of the next value.
void JsonReader::after_value(JsonVisitor& visitor) {
  while (!open_.empty()) {
    skip_space();
    const bool object = open_.back() == '{';
    if (peek() == ',') {
      take();
      skip_space();
      if (object) read_name(visitor);
      return;
    }
    if (peek() != (object ? '}' : ']')) fail_at_next(object ? "',' or '}'" : "',' or ']'");
    take();
    open_.pop_back();
    object ? visitor.end_object() : visitor.end_array();
  }
}

void JsonReader::read(JsonVisitor& visitor) {
  skip_space();
  if (at_end() && bytes_read() == 0) fail("it is empty");
  value_start_ = bytes_read();
  do {
    read_value(visitor);
  } while (!open_.empty());
  value_start_ = bytes_read();
}

void JsonReader::expect_end() {
  skip_space();
  if (!at_end()) fail_at_next("the end");
}

bool JsonReader::next_item() {
  skip_space();
  value_start_ = bytes_read();
  if (items_ == 0 && !at_end() && peek() == '[') {
    in_array_ = true;
    take();
    skip_space();
  } else if (items_ > 0 && in_array_ && peek() == ',') {
    take();
    skip_space();
    if (peek() == ']') fail_at_next("a value");
  } else if (items_ > 0 && in_array_ && peek() != ']') {
    fail_at_next("',' or ']'");
  }
  if (in_array_ && peek() == ']') {
    take();
    expect_end();
    return false;
  }
  if (at_end()) return false;
  ++items_;
  item_place_ = place();
  return true;
}

}  // namespace corral
