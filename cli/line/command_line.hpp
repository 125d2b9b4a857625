#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/global_flags.hpp"
#include "cli/line/word_reader.hpp"
#include "commands/command/command.hpp"

namespace corral {

struct HelpTopic;

/// The node of the command tree that a line selects: a leaf, a group or the root.
struct ChosenCommand {
  Command command;
  std::string path;                  ///< with canonical names: "corral kv key get"
  const HelpTopic* topic = nullptr;  ///< of `corral help TOPIC`; the command is then the root
  [[nodiscard]] bool is_group() const { return command.children != nullptr; }
};

/// The root of the tree: the group that holds the services and top-level commands.
Command root_command(std::vector<Command> (*commands)());

/// Follows the command names from `root` (a group without names) until a leaf is reached or the line ends.
/// Global flags may appear between them; the argument `help` equals --help. Builds only the groups on the
/// way. Throws usage for an unknown command or flag.
ChosenCommand choose_command(const Command& root, WordReader& words, GlobalFlags& globals);

/// Reads the rest of the line into `leaf`, and global flags into `globals`. Stops at --help or --version;
/// otherwise everything is validated and converted on return. Throws usage.
void read_arguments(const ChosenCommand& chosen, DeclaredCommand& leaf, WordReader& words,
                    GlobalFlags& globals);

/// The index of the positional for argument `index` of `count`; positionals.size() if there is none. A
/// repeatable positional leaves enough for the required ones after it.
std::size_t positional_for(const std::vector<Argument>& positionals, std::size_t index, std::size_t count);

/// The child with this name or alias; nullptr if there is none.
const Command* find_child(const std::vector<Command>& children, std::string_view word);

}  // namespace corral
