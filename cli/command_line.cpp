#include "cli/command_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "cli/help.hpp"
#include "cli/suggestion.hpp"

namespace corral {

namespace {

Error unknown_command(const std::vector<Command>& siblings, std::string_view word, std::string_view path) {
  std::vector<std::string> candidates;
  for (const Command& command : siblings) {
    if (!command.hidden) candidates.insert(candidates.end(), command.names.begin(), command.names.end());
  }
  const std::string_view near = nearest(word, candidates);
  std::string hint = near.empty() ? std::string{} : fmt::format("did you mean \"{} {}\"? ", path, near);
  hint += fmt::format("\"{} --help\" lists the commands", path);
  return {ErrorKind::usage, fmt::format("unknown command \"{} {}\"", path, shown(word)), hint};
}

Error needs_value(const Argument& argument) {
  return {ErrorKind::usage, fmt::format("{} needs a value", argument.name()),
          fmt::format("write {} {}", argument.name(), argument.value_name)};
}

/// Gives the flags to the leaf and to `globals`; returns the other words.
std::vector<std::string> read_words(const ChosenCommand& chosen, DeclaredCommand& leaf, WordReader& words,
                                    GlobalFlags& globals) {
  const KnownFlags known{leaf.options(), global_arguments(), chosen.path};
  std::vector<std::string> positionals;
  while (!words.done()) {
    Token token = words.next(known);
    if (token.option == nullptr) {
      if (token.complete) positionals.push_back(std::move(token.value));
      continue;
    }
    if (!token.complete) throw needs_value(*token.option);
    const bool own = std::any_of(leaf.options().begin(), leaf.options().end(),
                                 [&](const Argument& argument) { return &argument == token.option; });
    if (own) {
      leaf.give(*token.option, std::move(token.value));
    } else {
      give(globals, *token.option, std::move(token.value));
    }
  }
  return positionals;
}

void assign_positionals(const ChosenCommand& chosen, DeclaredCommand& leaf, std::vector<std::string> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t target = positional_for(leaf.positionals(), i, words.size());
    if (target == leaf.positionals().size()) {
      throw Error(ErrorKind::usage,
                  fmt::format("unexpected argument \"{}\" for {}", shown(words[i]), chosen.path),
                  fmt::format("usage: {}", usage_line(chosen, leaf)));
    }
    leaf.give(leaf.positionals()[target], std::move(words[i]));
  }
}

}  // namespace

Command root_command(std::vector<Command> (*commands)()) {
  Command root;
  root.summary = "wrangler's storage commands, natively, on the state of wrangler dev";
  root.children = commands;
  return root;
}

const Command* find_child(const std::vector<Command>& children, std::string_view word) {
  for (const Command& child : children) {
    if (std::find(child.names.begin(), child.names.end(), word) != child.names.end()) return &child;
  }
  return nullptr;
}

std::size_t positional_for(const std::vector<Argument>& positionals, std::size_t index, std::size_t count) {
  const auto many = std::find_if(positionals.begin(), positionals.end(),
                                 [](const Argument& argument) { return argument.repeatable; });
  const auto before = static_cast<std::size_t>(many - positionals.begin());
  if (many == positionals.end() || index < before) return std::min(index, positionals.size());
  const auto after = static_cast<std::size_t>(
      std::count_if(many + 1, positionals.end(), [](const Argument& argument) { return argument.required; }));
  const std::size_t taken = std::max<std::size_t>(1, count - std::min(count, before + after));
  return index < before + taken ? before : std::min(index - taken + 1, positionals.size());
}

ChosenCommand choose_command(const Command& root, WordReader& words, GlobalFlags& globals) {
  ChosenCommand chosen{root, "corral"};
  while (chosen.is_group() && !words.done() && !globals.version) {
    const Token token = words.next({{}, global_arguments(), chosen.path});
    if (token.option != nullptr) {
      if (!token.complete) throw needs_value(*token.option);
      give(globals, *token.option, token.value);
      continue;
    }
    if (!token.complete) break;
    std::vector<Command> children = chosen.command.children();
    const Command* child = find_child(children, token.value);
    if (child == nullptr) {
      if (token.value != "help") throw unknown_command(children, token.value, chosen.path);
      globals.help = true;
      continue;
    }
    chosen.path += fmt::format(" {}", child->name());
    // `child` lives in `children`, which the assignment must not destroy first.
    Command next = *child;
    chosen.command = std::move(next);
  }
  return chosen;
}

void read_arguments(const ChosenCommand& chosen, DeclaredCommand& leaf, WordReader& words,
                    GlobalFlags& globals) {
  try {
    std::vector<std::string> positionals = read_words(chosen, leaf, words, globals);
    if (globals.help || globals.version) return;
    assign_positionals(chosen, leaf, std::move(positionals));
    leaf.convert();
  } catch (const Error& error) {
    // Whoever asks for help gets it, whatever else is on the line.
    if (globals.help || globals.version) return;
    if (error.kind() != ErrorKind::usage || !error.hint().empty()) throw;
    throw Error(ErrorKind::usage, error.message(), fmt::format("usage: {}", usage_line(chosen, leaf)));
  }
}

}  // namespace corral
