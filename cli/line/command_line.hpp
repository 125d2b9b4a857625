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

/// The place in the command tree that a line leads to: a leaf, a group or the root.
struct ChosenCommand {
  Command command;
  std::string path;                  ///< with canonical names: "corral kv key get"
  const HelpTopic* topic = nullptr;  ///< of `corral help TOPIC`; the command is then the root
  [[nodiscard]] bool is_group() const { return command.children != nullptr; }
};

/// The root of the tree: the group that holds the services and top-level commands.
Command root_command(std::vector<Command> (*commands)());

/// Walks from `root` (a group without names) along the command words until a leaf is reached or the line
/// ends. Global flags may stand between them; `help` as a word is --help. Builds nothing but the groups
/// on the way. Throws usage for a word or flag that does not exist.
ChosenCommand choose_command(const Command& root, WordReader& words, GlobalFlags& globals);

/// Reads the rest of the line into `leaf`, and what is global into `globals`. With --help or --version
/// it stops there; otherwise everything is checked and converted when it returns. Throws usage.
void read_arguments(const ChosenCommand& chosen, DeclaredCommand& leaf, WordReader& words,
                    GlobalFlags& globals);

/// The index of the positional that takes word number `index` of `count`; positionals.size() if none
/// does. A repeatable one takes what the required ones after it leave.
std::size_t positional_for(const std::vector<Argument>& positionals, std::size_t index, std::size_t count);

/// The child with this name or alias; nullptr if there is none.
const Command* find_child(const std::vector<Command>& children, std::string_view word);

}  // namespace corral
