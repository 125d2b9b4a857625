#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/line/suggestion.hpp"
#include "commands/command/command.hpp"

namespace corral {

/// A word that a script offers as a candidate.
struct OfferedWord {
  std::string word;
  std::string description;
};

/// What a script needs to know about one node of the command tree. Paths are written "/kv/key"; the root is
/// "".
struct CompletionNode {
  std::string path;
  std::vector<OfferedWord> commands;      ///< of a group
  std::vector<OfferedWord> flags;         ///< its own, without the global ones
  std::vector<std::string> valued_flags;  ///< flags that take a value, including hidden ones and short names
};

/// Maps a path and a word to the next path: {"/kv/key", "/kv/k"} lead to "/kv/key".
struct CompletionStep {
  std::vector<std::string> spellings;
  std::string path;
};

/// The command tree, flattened for a shell's `case` statements.
struct CompletionTree {
  std::vector<CompletionNode> nodes;
  std::vector<CompletionStep> steps;
  std::vector<OfferedWord> global_flags;
  std::vector<std::string> global_valued_flags;
};

CompletionTree completion_tree(const Command& root);

/// Replaces placeholders marked @name@ in a template with `parts`.
std::string filled(std::string_view pattern,
                   const std::vector<std::pair<std::string_view, std::string>>& parts);

std::string bash_script(const CompletionTree& tree);
std::string zsh_script(const CompletionTree& tree);
std::string fish_script(const CompletionTree& tree);
std::string powershell_script();

}  // namespace corral
