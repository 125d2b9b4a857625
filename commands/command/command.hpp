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

/// What a parsed command does. It prints through the Context and throws Error when it fails.
using Run = std::function<void(Context&)>;

/// A command line as far as it is typed, for completing one more word.
struct CompletionRequest {
  std::string prefix;                                        ///< what is typed of the word so far
  std::vector<std::pair<std::string, std::string>> options;  ///< {"--binding", "CACHE"}, canonical names
  [[nodiscard]] std::optional<std::string> option(std::string_view name) const {
    for (const auto& [flag, value] : options) {
      if (flag == name) return value;
    }
    return std::nullopt;
  }
};

/// Gives the live values that an argument may take, already restricted to `request.prefix`.
using Completer = std::vector<std::string> (*)(Context&, const CompletionRequest& request);

struct LiveValues {
  std::string_view argument;  ///< "--binding", or a positional's name: "key"
  Completer complete;
};

/// One word of the command tree: a group with children, or a leaf that runs. Describing a command
/// costs nothing; its flags are built only when it was chosen (or for help and completions).
struct Command {
  std::vector<std::string_view> names = {};         ///< the name, then its aliases
  std::vector<std::string_view> silent_names = {};  ///< accepted too, but shown nowhere
  std::string_view summary = {};                    ///< one short sentence without a final stop
  std::vector<std::string_view> examples = {};      ///< whole command lines that work as they stand
  Run (*declare)(Arguments&) = nullptr;             ///< leaf: adds positionals and flags
  /// Leaf: changes nothing but the file that it writes its result to. Left out, a command counts as one that
  /// changes something: then a stdout that cannot be written does not stop it (Output::data).
  bool reads_only = false;
  std::vector<Command> (*children)() = nullptr;  ///< group
  std::vector<LiveValues> live_values = {};      ///< arguments whose values can be completed
  bool hidden = false;                           ///< works, but is not shown in help
  /// With --json, an error is data too: {"error": {"text": ...}} on stdout, as wrangler has it for SQL.
  bool errors_as_data = false;

  [[nodiscard]] std::string_view name() const { return names.front(); }
};

/// The services and top-level commands, in the order that help shows them.
std::vector<Command> all_commands();

}  // namespace corral
