#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace corral {

/// A running display of how far a long task is. On anything but a terminal it shows nothing. The line
/// is wiped when the object goes.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Cheap enough to call for every item: redraws at most ten times a second.
  /// `statements`: how many statements of SQL that was; shown if there were any.
  virtual void update(std::uint64_t done, std::uint64_t statements = 0) = 0;
};

/// How a count in a progress line is written.
enum class ProgressUnit { items, bytes };

/// Where a command's results and remarks go. stdout carries data and nothing else; everything a person
/// reads beside it goes to stderr.
class Output {
 public:
  virtual ~Output() = default;

  /// Writes result bytes to stdout: exactly as given, or on a terminal as `terminal_text` makes them safe to
  /// show, whatever they hold.
  ///
  /// If stdout cannot be written, a command that only reads ends here: closed_pipe (the reader is gone), io
  /// or interrupted is thrown. A command that changes something must not stop half way because of it: its
  /// data is dropped from then on, and the program reports the failure when the command has returned.
  virtual void data(std::string_view bytes) = 0;

  /// The same for text with colour of our own, whose other parts have been made safe: exactly as given.
  virtual void styled(std::string_view text) { data(text); }

  /// Lets a person see what has been written so far. At the end of a command it happens by itself. Fails
  /// like data.
  virtual void flush() = 0;

  /// For a command that can take back what it did: like flush, but throws what has kept data from reaching
  /// stdout, whatever the command does. The failure then counts as reported.
  virtual void deliver() = 0;

  /// Says that this run of a command that may change something only reads, so that it ends when stdout
  /// cannot be written.
  virtual void only_reads() = 0;

  /// Writes one remark to stderr, a line break added; nothing with --json. On a terminal it is written as
  /// `terminal_text` makes it safe; text of which a line break would be misread is `shown` by the caller.
  virtual void note(std::string_view line) = 0;

  /// Something is wrong, but the command goes on. Like note, marked as a warning, and with --json too.
  virtual void warning(std::string_view line) = 0;

  /// An error that does not end the command, and what to do about it (may be empty). Like warning.
  virtual void error(std::string_view message, std::string_view hint) = 0;

  /// Starts a progress display on stderr: "what  3,200 / 10,000". `total` 0: not known.
  virtual std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total,
                                             ProgressUnit unit) = 0;

  /// Whether results are for a person: stdout is a terminal and --json was not given. Then a command
  /// prints a table; otherwise JSON, or raw bytes where that is the result.
  [[nodiscard]] virtual bool for_person() const = 0;

  /// Whether --json was given. Only for commands whose result is plain text or bytes by default; the
  /// others ask for_person().
  [[nodiscard]] virtual bool json_requested() const = 0;

  /// Whether stdout is a terminal, so that raw stored bytes could do harm there.
  [[nodiscard]] virtual bool data_is_terminal() const = 0;

  /// Whether results may carry colour (a terminal, no NO_COLOR; FORCE_COLOR overrides).
  [[nodiscard]] virtual bool colour() const = 0;

  /// The width of the terminal in columns; 0 if stdout is none.
  [[nodiscard]] virtual int width() const = 0;
};

}  // namespace corral
