#pragma once

#include <string>
#include <utility>
#include <vector>

namespace corral::state {

/// Runs a program, found in PATH, on corral's own stdin, stdout and stderr, with one additional environment
/// variable, and waits for it. Returns its exit status, or 128 plus the signal that killed it. Ctrl-C reaches
/// the program without ending the wait; SIGTERM is forwarded. Throws not_found if the program does not exist.
int run_program(const std::vector<std::string>& words, const std::pair<std::string, std::string>& variable);

}  // namespace corral::state
