#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "backends/byte_stream.hpp"

namespace corral {

/// What a command reads beside its arguments.
class Input {
 public:
  virtual ~Input() = default;

  /// Whether a person can be asked: stdin is a terminal.
  [[nodiscard]] virtual bool is_terminal() const = 0;

  /// Standard input. Reading throws interrupted on Ctrl-C.
  virtual ByteSource& standard_input() = 0;

  /// Reads one line that a person types, without its line break; empty at the end of input.
  virtual std::string read_line() = 0;
};

}  // namespace corral
