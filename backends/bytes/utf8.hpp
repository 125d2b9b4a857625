#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// Appends one character. `code` must be at most U+10FFFF and not a surrogate.
void append_utf8(std::string& text, char32_t code);

/// A position in a text.
struct TextPlace {
  std::uint64_t line = 1;    ///< from 1
  std::uint64_t column = 1;  ///< from 1, in characters

  /// Advances past `text`. Continuation bytes do not count as characters.
  void move_over(std::string_view text) noexcept;
};

/// The default hint for text that is not UTF-8.
inline constexpr const char* utf8_hint =
    "save it as UTF-8; 'iconv -f WINDOWS-1252 -t UTF-8' converts Latin-1";

/// Checks that text arriving in pieces is UTF-8. Other text must not reach a database, which would store it
/// and return it damaged.
class Utf8Check {
 public:
  /// `name` identifies the text in errors; `hint` says what to do about it.
  explicit Utf8Check(std::string name, std::string hint = utf8_hint);

  /// Checks the next piece. Throws invalid_input with the line and column of the first invalid byte.
  void check(std::string_view bytes);

  /// Throws invalid_input if the text ends in the middle of a character.
  void end() const;

  /// The position after the text checked so far.
  [[nodiscard]] const TextPlace& place() const noexcept { return place_; }

 private:
  [[noreturn]] void refuse(char byte) const;

  std::string name_;
  std::string hint_;
  std::string unfinished_;  ///< the start of a character that the last piece cut off
  TextPlace place_;         ///< after the last whole character
};

/// Checks a whole text; throws like Utf8Check.
void require_utf8(std::string_view text, std::string name);

/// Passes a text through, checking it.
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
