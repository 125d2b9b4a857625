#pragma once

#include <string_view>

#include "commands/text/json.hpp"
#include "commands/text/table.hpp"

namespace corral {

/// Prints the result of a `list` command: the array as JSON in a pipe or with --json, otherwise the table, or
/// the note `none` if it is empty.
void print_list(Output& out, const Json& list, const Table& table, std::string_view none);

}  // namespace corral
