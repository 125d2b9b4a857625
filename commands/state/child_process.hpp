#pragma once

#include <string>
#include <utility>
#include <vector>

namespace corral::state {

/// Runs a program, found along PATH, on corral's own stdin, stdout and stderr, with one more environment
/// variable, and waits for its end. Returns its exit status, 128 and the signal if one ended it. Ctrl-C
/// reaches the program and does not end the waiting; SIGTERM is passed on. Throws not_found if there is no
/// such program.
int run_program(const std::vector<std::string>& words, const std::pair<std::string, std::string>& variable);

}  // namespace corral::state
