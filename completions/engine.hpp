#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/line/global_flags.hpp"
#include "commands/command/command.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// What completing stands on: the same as a run of the program, but without a console.
struct CompletionSetup {
  std::vector<Command> (*commands)();
  /// The Context that live values are asked with, by the global flags typed so far. It must not finish an
  /// unfinished restore.
  std::function<std::unique_ptr<Context>(const GlobalFlags&, Output&, Input&)> make_context;
};

/// The answer for the last of `words` (what is typed of it; possibly empty) after the words before it:
/// one candidate a line, "value\tdescription", the tab only with a description. The line ":files" or
/// ":dirs" tells the shell to complete paths itself. For "--flag=VALUE" candidates are whole words. Those
/// with control characters are left out. Never throws: what goes wrong gives no candidates.
std::string completion_answer(const CompletionSetup& setup, const std::vector<std::string>& words);

}  // namespace corral
