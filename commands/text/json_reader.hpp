#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// A number of a JSON text.
struct JsonNumber {
  double value = 0;  ///< as JavaScript reads it: 1e400 is infinite, -0 is minus zero
  /// The number itself where it is written without fraction and exponent and fits; 0 for -0.
  std::optional<std::int64_t> whole = std::nullopt;
};

/// Receives what a JSON text consists of, in reading order.
class JsonVisitor {
 public:
  virtual ~JsonVisitor() = default;
  virtual void null() = 0;
  virtual void boolean(bool value) = 0;
  virtual void number(const JsonNumber& number) = 0;
  virtual void string(std::string& text) = 0;  ///< UTF-8; may be moved from
  virtual void name(std::string& text) = 0;    ///< of the member whose value comes next; may be moved from
  virtual void begin_object() = 0;
  virtual void end_object() = 0;
  virtual void begin_array() = 0;
  virtual void end_array() = 0;
};

/// The one reader of JSON that a user gives: a stream, read once, in memory that follows the largest string.
/// It takes what JavaScript's JSON.parse takes (RFC 8259), a byte order mark before it, and half of a
/// surrogate pair as U+FFFD, which is what wrangler stores for it. Bytes that are not UTF-8 are refused.
///
/// Throws invalid_input "`what` is not valid JSON: line 1, column 7: ..." (lines and columns from 1, columns
/// in characters, and the item where there are several), and limit.
class JsonReader {
 public:
  struct Limits {
    std::size_t levels = 5000;               ///< of arrays and objects in each other
    std::uint64_t value_bytes = UINT64_MAX;  ///< of one value that is read, as text
  };

  /// `what` stands in errors. Source or text must outlive the reader.
  JsonReader(ByteSource& source, std::string what, Limits limits);
  JsonReader(std::string_view text, std::string what, Limits limits);
  JsonReader(std::string_view text, std::string what) : JsonReader(text, std::move(what), Limits()) {}

  /// Reads the next value.
  void read(JsonVisitor& visitor);

  /// Reads the next value into memory. The last of several members of one name counts, as in JavaScript.
  nlohmann::ordered_json read_document();

  /// Throws if anything but space is left.
  void expect_end();

  /// Whether there is another item to `read`, in a text that is an array of items or has one after the other
  /// (one a line, as a rule). At false the whole text has been read.
  bool next_item();

  /// Whether the items stand in an array; known after the first `next_item`.
  [[nodiscard]] bool is_array() const noexcept { return in_array_; }

  /// How many items `next_item` has found.
  [[nodiscard]] std::size_t items() const noexcept { return items_; }

  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return before_ + at_; }

  /// Where reading stands, or where the item began: "line 1, column 7", and ", item 2" (from 0) if
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
  std::string_view text_;     ///< what is there to be read, all of it or what `buffer_` holds
  std::size_t at_ = 0;        ///< in text_
  std::uint64_t before_ = 0;  ///< bytes before text_
  bool begun_ = false;
  bool ended_ = false;

  std::uint64_t line_ = 1;
  std::uint64_t line_start_ = 0;        ///< in bytes
  std::uint64_t continuing_bytes_ = 0;  ///< on this line: those that are part of the character before
  std::uint64_t value_start_ = 0;

  std::string open_;    ///< the brackets that are open
  std::string string_;  ///< the last one read
  bool in_array_ = false;
  std::size_t items_ = 0;
  std::string item_place_;
};

/// Parses JSON that a user gave. Throws as JsonReader does.
nlohmann::ordered_json parse_json(std::string_view text, std::string what);

/// nullopt: it is not JSON.
std::optional<nlohmann::ordered_json> json_if_valid(std::string_view text);

}  // namespace corral
