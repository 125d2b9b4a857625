#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral {

class Arguments;
class Context;

/// The action of a parsed command. Prints through the Context and throws Error on failure.
using Run = std::function<void(Context&)>;

/// A partially typed command line whose last word is to be completed.
struct CompletionRequest {
  std::string prefix;                                        ///< the part of the word typed so far
  std::vector<std::pair<std::string, std::string>> options;  ///< {"--binding", "CACHE"}, canonical names
  [[nodiscard]] std::optional<std::string> option(std::string_view name) const {
    for (const auto& [flag, value] : options) {
      if (flag == name) return value;
    }
    return std::nullopt;
  }
};

/// Returns an argument's current candidate values, already filtered by `request.prefix`.
using Completer = std::vector<std::string> (*)(Context&, const CompletionRequest& request);

struct LiveValues {
  std::string_view argument;  ///< "--binding", or a positional's name: "key"
  Completer complete;
};

/// A node of the command tree: a group with children, or a leaf that runs. Describing a command is free; its
/// flags are built only when it is selected (or for help and completions).
struct Command {
  std::vector<std::string_view> names = {};         ///< the name, then its aliases
  std::vector<std::string_view> silent_names = {};  ///< also accepted, but never shown
  std::string_view summary = {};                    ///< one short sentence without a final period
  std::vector<std::string_view> examples = {};      ///< complete command lines that work verbatim
  Run (*declare)(Arguments&) = nullptr;             ///< leaf: adds positionals and flags
  /// Leaf: writes nothing except its result file. If false, the command counts as one that makes changes, and
  /// an unwritable stdout does not stop it (Output::data).
  bool reads_only = false;
  std::vector<Command> (*children)() = nullptr;  ///< group
  std::vector<LiveValues> live_values = {};      ///< arguments whose values can be completed
  bool hidden = false;                           ///< accepted, but not shown in help
  /// With --json, errors are also data: {"error": {"text": ...}} on stdout, as wrangler does for SQL.
  bool errors_as_data = false;

  [[nodiscard]] std::string_view name() const { return names.front(); }
};

/// The services and top-level commands, in help order.
std::vector<Command> all_commands();

}  // namespace corral
