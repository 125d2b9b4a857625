#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/line/global_flags.hpp"
#include "commands/command/command.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// What completion depends on: the same as a run of the program, but without a console.
struct CompletionSetup {
  std::vector<Command> (*commands)();
  /// Creates the Context for querying live values, given the global flags typed so far. It must not complete
  /// an interrupted restore.
  std::function<std::unique_ptr<Context>(const GlobalFlags&, Output&, Input&)> make_context;
};

/// The completions of the last of `words` (possibly empty), given the words before it: one candidate per
/// line, "value\tdescription", with the tab only if there is a description. The line ":files" or ":dirs"
/// tells the shell to complete paths itself. For "--flag=VALUE", candidates are whole words. Omits candidates
/// with control characters. Never throws: an error gives no candidates.
std::string completion_answer(const CompletionSetup& setup, const std::vector<std::string>& words);

}  // namespace corral
