#pragma once

#include <memory>
#include <string_view>

#include "cli/environment.hpp"
#include "commands/command/input.hpp"

namespace corral {

/// A LineEditor on stdin and stderr (libedit). Works without a history if it cannot be read or written.
std::unique_ptr<LineEditor> open_line_editor(std::string_view history, const Environment& environment);

}  // namespace corral
