#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/utf8.hpp"

namespace corral::sql {

/// Where a statement stands in its script.
struct StatementPlace {
  std::uint64_t number = 0;  ///< 1 for the first statement of the script
  std::uint64_t line = 0;    ///< of its first word, from 1
  std::uint64_t column = 0;  ///< of its first word, from 1, in characters
};

/// One statement of a script, from its first word to its last, without the ';' and without comments around
/// it.
struct ScriptStatement {
  std::string_view text;  ///< alive until the next one is read
  StatementPlace place;
  bool has_end = false;  ///< a ';' follows it
};

/// Where the statements of a batch come from.
class StatementSource {
 public:
  virtual ~StatementSource() = default;

  /// The next statement; false: there is none left. Throws Error for a script that cannot be read.
  virtual bool next(ScriptStatement& statement) = 0;
};

/// The longest statement that is worth reading for D1: it takes 100,000 bytes, and what is a little longer is
/// left to SQLite, which has words for it.
inline constexpr std::size_t max_read_statement_bytes = 1'000'000;

/// Tells the statements of a script apart while reading it as a stream. A statement ends at a ';' outside
/// strings, quoted names and comments, and a CREATE TRIGGER at the ';' behind its END: the rule of
/// sqlite3_complete (sqlite.org/c3ref/complete.html) on the tokens of SQLite's parser. What holds no words
/// (comments, a lone ';') is passed over. Memory: the longest statement plus one read of 64 KiB.
///
/// Throws limit for a statement longer than `max_bytes`, invalid_input for a NUL byte, which SQLite would
/// take for the end of the script, and for bytes that are not UTF-8, which SQLite would store; all name
/// `script` and the line.
class StatementReader final : public StatementSource {
 public:
  StatementReader(ByteSource& source, std::string script, std::size_t max_bytes);

  bool next(ScriptStatement& statement) override;

  /// The bytes of the script up to the end of the last statement.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return forgotten_ + at_; }

 private:
  bool refill();
  void count_lines(std::size_t end);
  void check_length(std::size_t end);
  void check_nul(std::size_t from, std::size_t end);

  ByteSource& source_;
  std::string script_;
  std::size_t max_bytes_;
  std::string buffer_;
  bool is_end_ = false;
  std::size_t start_ = none;     ///< of the statement that is being read
  std::size_t at_ = 0;           ///< what stands before has been looked at
  std::size_t counted_ = 0;      ///< what stands before is in place_
  std::uint64_t forgotten_ = 0;  ///< bytes that were before the buffer
  TextPlace place_;
  Utf8Check encoding_;
  std::uint64_t statements_ = 0;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

/// Line and column that stand `offset` bytes behind the start of a text which begins at `place`.
StatementPlace place_within(const StatementPlace& place, std::string_view text, std::size_t offset);

}  // namespace corral::sql
