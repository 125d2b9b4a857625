#pragma once

#include <string>
#include <vector>

#include "cli/environment.hpp"
#include "cli/runtime_context.hpp"
#include "commands/command.hpp"

namespace corral {

/// What completing stands on: the same as a run of the program, but without a console.
struct CompletionSetup {
  std::vector<Command> (*commands)();
  const Services& services;
  const Environment& environment;
};

/// The answer for the last of `words` (what is typed of it; possibly empty) after the words before it:
/// one candidate a line, "value\tdescription", the tab only with a description. The line ":files" or
/// ":dirs" tells the shell to complete paths itself. For "--flag=VALUE" candidates are whole words. Those
/// with control characters are left out. Never throws: what goes wrong gives no candidates.
std::string completion_answer(const CompletionSetup& setup, const std::vector<std::string>& words);

}  // namespace corral
