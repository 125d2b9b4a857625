#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// Appends one character. `code` must be at most U+10FFFF and no surrogate.
void append_utf8(std::string& text, char32_t code);

/// Where a text has come to.
struct TextPlace {
  std::uint64_t line = 1;    ///< from 1
  std::uint64_t column = 1;  ///< from 1, in characters

  /// Moves over the text that comes next. Bytes that continue a character do not count.
  void move_over(std::string_view text) noexcept;
};

/// What to do about a text that is not UTF-8.
inline constexpr const char* utf8_hint =
    "save it as UTF-8; 'iconv -f WINDOWS-1252 -t UTF-8' converts Latin-1";

/// Makes sure that a text which arrives in pieces is UTF-8: text that is not must not reach a database, which
/// would keep it and give it out again damaged.
class Utf8Check {
 public:
  /// `name` of the text and what to do about it, for the error.
  explicit Utf8Check(std::string name, std::string hint = utf8_hint);

  /// The next piece. Throws invalid_input, naming line and column of the first byte that is wrong.
  void check(std::string_view bytes);

  /// Throws invalid_input if the text ends within a character.
  void end() const;

  /// Of what has been checked.
  [[nodiscard]] const TextPlace& place() const noexcept { return place_; }

 private:
  [[noreturn]] void refuse(char byte) const;

  std::string name_;
  std::string hint_;
  std::string unfinished_;  ///< the beginning of a character that the last piece cut
  TextPlace place_;         ///< behind all whole characters
};

/// Throws as Utf8Check does.
void require_utf8(std::string_view text, std::string name);

/// Passes a text on, checked.
class Utf8Source final : public ByteSource {
 public:
  Utf8Source(ByteSource& source, std::string name, std::string hint = utf8_hint)
      : source_(source), check_(std::move(name), std::move(hint)) {}

  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }

 private:
  ByteSource& source_;
  Utf8Check check_;
};

}  // namespace corral
