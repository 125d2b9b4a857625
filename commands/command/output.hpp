#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace corral {

/// A progress line for a long task. Shows nothing unless on a terminal. The line is erased on destruction.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Cheap enough to call for every item: redraws at most ten times a second. `statements`: SQL statements so
  /// far; shown if not 0.
  virtual void update(std::uint64_t done, std::uint64_t statements = 0) = 0;
};

/// The unit of a progress line's count.
enum class ProgressUnit { items, bytes };

/// A command's output: results and messages. stdout carries nothing but data; messages for the user go to
/// stderr.
class Output {
 public:
  virtual ~Output() = default;

  /// Writes result bytes to stdout: verbatim, or on a terminal, escaped by `terminal_text`.
  ///
  /// If stdout cannot be written, a read-only command ends here: closed_pipe (the reader is gone), io or
  /// interrupted is thrown. A command that makes changes must not stop halfway for that reason: further data
  /// is dropped, and the program reports the failure after the command has returned.
  virtual void data(std::string_view bytes) = 0;

  /// Writes text with our own colour codes verbatim; the rest must already be escaped.
  virtual void styled(std::string_view text) { data(text); }

  /// Flushes stdout; happens automatically at the end of a command. Fails like data.
  virtual void flush() = 0;

  /// For a command that can undo its work: like flush, but throws any failure to write stdout, even if the
  /// command makes changes. The failure then counts as reported.
  virtual void deliver() = 0;

  /// Declares that this run of a possibly modifying command only reads, so it ends if stdout cannot be
  /// written.
  virtual void only_reads() = 0;

  /// Writes one message to stderr and appends a line break; suppressed with --json. Escaped by
  /// `terminal_text` on a terminal; text in which a line break would mislead is passed through `shown` by the
  /// caller.
  virtual void note(std::string_view line) = 0;

  /// A problem that does not stop the command. Like note, marked as a warning; printed even with --json.
  virtual void warning(std::string_view line) = 0;

  /// An error that does not end the command, with a hint (may be empty). Printed like warning.
  virtual void error(std::string_view message, std::string_view hint) = 0;

  /// Starts a progress display on stderr: "what  3,200 / 10,000". `total` 0: unknown.
  virtual std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total,
                                             ProgressUnit unit) = 0;

  /// Whether results are for humans: stdout is a terminal and --json was not given. If so, a command prints a
  /// table; otherwise JSON, or raw bytes where those are the result.
  [[nodiscard]] virtual bool for_person() const = 0;

  /// Whether --json was given. Only for commands whose result is plain text or bytes by default; the
  /// others ask for_person().
  [[nodiscard]] virtual bool json_requested() const = 0;

  /// Whether stdout is a terminal, where raw stored bytes could do harm.
  [[nodiscard]] virtual bool data_is_terminal() const = 0;

  /// Whether results may use colour (a terminal without NO_COLOR; FORCE_COLOR overrides).
  [[nodiscard]] virtual bool colour() const = 0;

  /// The terminal width in columns; 0 if stdout is not a terminal.
  [[nodiscard]] virtual int width() const = 0;
};

}  // namespace corral
