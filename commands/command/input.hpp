#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// Reads typed lines with editing and a persistent history.
class LineEditor {
 public:
  virtual ~LineEditor() = default;

  /// Prompts and returns the line typed, without its line break; nullopt: end of input (Ctrl-D). Throws
  /// interrupted on Ctrl-C, after which it can be called again.
  virtual std::optional<std::string> read_line(std::string_view prompt) = 0;

  /// Adds an entry, which may contain line breaks, to the history.
  virtual void remember(std::string_view entry) = 0;
};

/// A command's input apart from its arguments.
class Input {
 public:
  virtual ~Input() = default;

  /// Whether the user can be prompted: stdin is a terminal.
  [[nodiscard]] virtual bool is_terminal() const = 0;

  /// Standard input. Reading throws interrupted on Ctrl-C.
  virtual ByteSource& standard_input() = 0;

  /// Prints a question to stderr, even with --json, and returns the answer line without its line break; empty
  /// at end of input.
  virtual std::string ask(std::string_view question) = 0;

  /// A line editor on the terminal. `history`: name of the history file in the user's state folder
  /// ($XDG_STATE_HOME/corral, default ~/.local/state/corral).
  virtual std::unique_ptr<LineEditor> line_editor(std::string_view history) = 0;
};

}  // namespace corral
