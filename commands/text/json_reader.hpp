#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "commands/text/json.hpp"

namespace corral {

/// A number in a JSON text.
struct JsonNumber {
  double value = 0;  ///< as JavaScript reads it: 1e400 is infinite, -0 is minus zero
  /// The exact integer, if written without fraction and exponent and in range; 0 for -0.
  std::optional<std::int64_t> whole = std::nullopt;
};

/// Receives the events of a JSON text, in reading order.
class JsonVisitor {
 public:
  virtual ~JsonVisitor() = default;
  virtual void null() = 0;
  virtual void boolean(bool value) = 0;
  virtual void number(const JsonNumber& number) = 0;
  virtual void string(std::string& text) = 0;  ///< UTF-8; may be moved from
  virtual void name(std::string& text) = 0;    ///< name of the member whose value follows; may be moved from
  virtual void begin_object() = 0;
  virtual void end_object() = 0;
  virtual void begin_array() = 0;
  virtual void end_array() = 0;
};

/// The only reader of JSON from users: reads a stream once, in memory proportional to the largest string.
/// Accepts what JavaScript's JSON.parse accepts (RFC 8259), plus a leading byte order mark; an unpaired
/// surrogate becomes U+FFFD, which is what wrangler stores for it. Invalid UTF-8 is rejected.
///
/// Throws invalid_input "`what` is not valid JSON: line 1, column 7: ..." (lines and columns from 1, columns
/// in characters, and the item where there are several), and limit.
class JsonReader {
 public:
  struct Limits {
    std::size_t levels = 5000;               ///< nesting depth of arrays and objects
    std::uint64_t value_bytes = UINT64_MAX;  ///< of a single value, as text
  };

  /// `what` appears in errors. Source or text must outlive the reader.
  JsonReader(ByteSource& source, std::string what, Limits limits);
  JsonReader(std::string_view text, std::string what, Limits limits);
  JsonReader(std::string_view text, std::string what) : JsonReader(text, std::move(what), Limits()) {}

  /// Reads the next value.
  void read(JsonVisitor& visitor);

  /// Reads the next value into memory. If a member name repeats, the last one wins, as in JavaScript.
  Json read_document();

  /// Throws if anything but white space is left.
  void expect_end();

  /// Whether there is another item to `read`, in a text that is an array of items or a sequence of them
  /// (usually one per line). Once false, the whole text has been read.
  bool next_item();

  /// Whether the items are in an array; known after the first `next_item`.
  [[nodiscard]] bool is_array() const noexcept { return in_array_; }

  /// The number of items `next_item` has found.
  [[nodiscard]] std::size_t items() const noexcept { return items_; }

  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return before_ + at_; }

  /// The current position, or where the item began: "line 1, column 7", plus ", item 2" (0-based) if
  /// `next_item` has found one.
  [[nodiscard]] std::string place() const;
  [[nodiscard]] const std::string& item_place() const noexcept { return item_place_; }

 private:
  [[nodiscard]] bool fill();
  [[nodiscard]] bool at_end() { return at_ == text_.size() && !fill(); }
  [[nodiscard]] char peek();
  void take();
  void skip_space();
  void skip_byte_order_mark();

  void read_value(JsonVisitor& visitor);
  void after_value(JsonVisitor& visitor);
  void read_name(JsonVisitor& visitor);
  void read_word(std::string_view word);
  void read_number(JsonVisitor& visitor);
  void read_string();
  void read_escape();
  [[nodiscard]] std::uint32_t read_unit();
  void open(char bracket);

  [[nodiscard]] std::string place_of(std::uint64_t byte) const;
  [[noreturn]] void fail(std::string_view reason) const;
  [[noreturn]] void fail_at(std::uint64_t byte, std::string_view reason) const;
  [[noreturn]] void fail_at_next(std::string_view wanted);

  ByteSource* source_ = nullptr;
  std::string what_;
  Limits limits_;
  std::string buffer_;
  std::string_view text_;     ///< the unread input: the whole text, or the content of `buffer_`
  std::size_t at_ = 0;        ///< in text_
  std::uint64_t before_ = 0;  ///< bytes before text_
  bool begun_ = false;
  bool ended_ = false;

  std::uint64_t line_ = 1;
  std::uint64_t line_start_ = 0;        ///< in bytes
  std::uint64_t continuing_bytes_ = 0;  ///< UTF-8 continuation bytes on this line
  std::uint64_t value_start_ = 0;

  std::string open_;    ///< the open brackets
  std::string string_;  ///< the last string read
  bool in_array_ = false;
  std::size_t items_ = 0;
  std::string item_place_;
};

/// Parses JSON from a user. Throws like JsonReader.
Json parse_json(std::string_view text, std::string what);

/// Parses JSON; nullopt if it is invalid.
std::optional<Json> json_if_valid(std::string_view text);

}  // namespace corral
