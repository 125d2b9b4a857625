#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// Lines that a person types, with editing and a history that lasts.
class LineEditor {
 public:
  virtual ~LineEditor() = default;

  /// What was typed after `prompt`, without its line break; nullopt: the end of input (Ctrl-D). Throws
  /// interrupted on Ctrl-C, after which it can be called again.
  virtual std::optional<std::string> read_line(std::string_view prompt) = 0;

  /// Adds an entry, which may hold line breaks, to the history.
  virtual void remember(std::string_view entry) = 0;
};

/// What a command reads beside its arguments.
class Input {
 public:
  virtual ~Input() = default;

  /// Whether a person can be asked: stdin is a terminal.
  [[nodiscard]] virtual bool is_terminal() const = 0;

  /// Standard input. Reading throws interrupted on Ctrl-C.
  virtual ByteSource& standard_input() = 0;

  /// Shows a question on stderr, with --json too, and reads the line that a person answers, without its line
  /// break; empty at the end of input.
  virtual std::string ask(std::string_view question) = 0;

  /// A line editor on the terminal, for a prompt. `history`: names the file of the history, which is kept in
  /// the user's state folder ($XDG_STATE_HOME/corral, else ~/.local/state/corral).
  virtual std::unique_ptr<LineEditor> line_editor(std::string_view history) = 0;
};

}  // namespace corral
