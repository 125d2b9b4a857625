#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/utf8.hpp"

namespace corral::sql {

/// The position of a statement in its script.
struct StatementPlace {
  std::uint64_t number = 0;  ///< 1 for the first statement of the script
  std::uint64_t line = 0;    ///< of its first word, from 1
  std::uint64_t column = 0;  ///< of its first word, from 1, in characters
};

/// One statement of a script, from its first word to its last, without the ';' and without comments around
/// it.
struct ScriptStatement {
  std::string_view text;  ///< valid until the next one is read
  StatementPlace place;
  bool has_end = false;  ///< a ';' follows it
};

/// Supplies the statements of a batch.
class StatementSource {
 public:
  virtual ~StatementSource() = default;

  /// Reads the next statement; false: none left. Throws Error for a script that cannot be read.
  virtual bool next(ScriptStatement& statement) = 0;
};

/// The longest statement worth reading for D1, which accepts 100,000 bytes; a somewhat longer one is left for
/// SQLite to reject with its own error.
inline constexpr std::size_t max_read_statement_bytes = 1'000'000;

/// Splits a script into statements while streaming it. A statement ends at a ';' outside strings, quoted
/// names and comments, and a CREATE TRIGGER at the ';' after its END: the rule of sqlite3_complete
/// (sqlite.org/c3ref/complete.html) on the tokens of SQLite's parser. Empty statements (comments, a lone ';')
/// are skipped. Memory: the longest statement plus one read of 64 KiB.
///
/// Throws limit for a statement longer than `max_bytes`, invalid_input for a NUL byte, which SQLite would
/// treat as the end of the script, and for invalid UTF-8, which SQLite would store; all name `script` and the
/// line.
class StatementReader final : public StatementSource {
 public:
  StatementReader(ByteSource& source, std::string script, std::size_t max_bytes);

  bool next(ScriptStatement& statement) override;

  /// Bytes of the script consumed, up to the end of the last statement.
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
  std::size_t start_ = none;     ///< start of the statement being read
  std::size_t at_ = 0;           ///< everything before has been scanned
  std::size_t counted_ = 0;      ///< everything before is accounted for in place_
  std::uint64_t forgotten_ = 0;  ///< bytes discarded from the front of the buffer
  TextPlace place_;
  Utf8Check encoding_;
  std::uint64_t statements_ = 0;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

/// Line and column `offset` bytes into a text that begins at `place`.
StatementPlace place_within(const StatementPlace& place, std::string_view text, std::size_t offset);

}  // namespace corral::sql
