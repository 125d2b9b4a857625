#include "completions/script.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/line/global_flags.hpp"
#include "cli/line/help.hpp"
#include "cli/line/help_topics.hpp"
#include "completions/tree.hpp"

namespace corral {

namespace {

void add_arguments(const std::vector<Argument>& arguments, std::vector<OfferedWord>& flags,
                   std::vector<std::string>& valued) {
  for (const Argument& argument : arguments) {
    for (const std::string& name : argument.names) {
      if (!argument.hidden) flags.push_back({name, argument.description});
      if (!argument.is_flag()) valued.push_back(name);
    }
  }
}

std::string help_path() {
  return fmt::format("/{}", help_word);
}

/// After `corral help` stand the commands, and the topics.
void add_help_node(CompletionTree& tree, const CompletionNode& root) {
  CompletionNode node{help_path(), root.commands, {}, {}};
  node.commands.pop_back();  // help itself
  for (const HelpTopic& topic : help_topics())
    node.commands.push_back({std::string(topic.name), std::string(topic.summary)});
  tree.nodes.push_back(std::move(node));
  tree.steps.push_back({{help_path()}, help_path()});
}

void add_node(CompletionTree& tree, const Command& command, const std::string& path) {
  CompletionNode node{path, {}, {}, {}};
  if (command.children == nullptr) {
    const DeclaredCommand leaf(command);
    add_arguments(leaf.options(), node.flags, node.valued_flags);
    tree.nodes.push_back(std::move(node));
    return;
  }
  const std::vector<Command> children = command.children();
  for (const Command& child : children) {
    if (!child.hidden) node.commands.push_back({std::string(child.name()), std::string(child.summary)});
  }
  if (path.empty()) node.commands.push_back({std::string(help_word), std::string(help_summary)});
  if (path.empty()) add_help_node(tree, node);
  tree.nodes.push_back(std::move(node));
  for (const Command& child : children) {
    CompletionStep step;
    for (const auto* const names : {&child.names, &child.silent_names}) {
      for (const std::string_view name : *names) step.spellings.push_back(path + "/" + std::string(name));
    }
    if (path.empty()) step.spellings.push_back(help_path() + "/" + std::string(child.name()));
    step.path = step.spellings.front();
    tree.steps.push_back(step);
    add_node(tree, child, step.path);
  }
}

}  // namespace

CompletionTree completion_tree(const Command& root) {
  CompletionTree tree;
  add_arguments(global_arguments(), tree.global_flags, tree.global_valued_flags);
  add_node(tree, root, {});
  return tree;
}

std::string filled(std::string_view pattern,
                   const std::vector<std::pair<std::string_view, std::string>>& parts) {
  std::string text(pattern);
  for (const auto& [name, part] : parts) {
    const std::string mark = "@" + std::string(name) + "@";
    text.replace(text.find(mark), mark.size(), part);
  }
  return text;
}

std::optional<Shell> shell_of(std::string_view name) noexcept {
  if (name == "bash") return Shell::bash;
  if (name == "zsh") return Shell::zsh;
  if (name == "fish") return Shell::fish;
  if (name == "powershell") return Shell::powershell;
  return std::nullopt;
}

std::string completion_script(Shell shell, const Command& root) {
  const CompletionTree tree = completion_tree(root);
  switch (shell) {
    case Shell::bash: return bash_script(tree);
    case Shell::zsh: return zsh_script(tree);
    case Shell::fish: return fish_script(tree);
    case Shell::powershell: return powershell_script();
  }
  return {};
}

}  // namespace corral
