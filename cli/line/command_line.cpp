#include "cli/line/command_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/line/help.hpp"
#include "cli/line/help_topics.hpp"
#include "cli/line/suggestion.hpp"
#include "cli/line/unknown_command.hpp"

namespace corral {

namespace {

Error needs_value(const Argument& argument) {
  return {ErrorKind::usage, fmt::format("{} needs a value", argument.name()),
          fmt::format("write {} {}", argument.name(), argument.value_name)};
}

/// Gives the flags to the leaf and to `globals`; returns the other arguments.
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

/// The usual cause is SQL without its flag.
std::string hint_for_surplus(const ChosenCommand& chosen, const DeclaredCommand& leaf,
                             const std::string& word) {
  for (const Argument& argument : leaf.options()) {
    if (argument.value_name == "SQL" && word.find(' ') != std::string::npos)
      return fmt::format("did you mean {} {}?", argument.name(), in_single_quotes(shown(word)));
  }
  return fmt::format("usage: {}", usage_line(chosen, leaf));
}

void assign_positionals(const ChosenCommand& chosen, DeclaredCommand& leaf, std::vector<std::string> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t target = positional_for(leaf.positionals(), i, words.size());
    if (target == leaf.positionals().size()) {
      throw Error(ErrorKind::usage,
                  fmt::format("unexpected argument \"{}\" for {}", shown(words[i]), chosen.path),
                  hint_for_surplus(chosen, leaf, words[i]));
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
    for (const auto* const names : {&child.names, &child.silent_names}) {
      if (std::find(names->begin(), names->end(), word) != names->end()) return &child;
    }
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

namespace {

/// The next argument if it can be a command; empty otherwise.
std::string following(WordReader& words) {
  try {
    const Token token = words.done() ? Token{} : words.next({{}, global_arguments(), {}});
    return token.option == nullptr && token.complete ? token.value : std::string{};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

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
    if (chosen.topic != nullptr) {
      throw Error(ErrorKind::usage, fmt::format("unexpected word \"{}\" after a topic", shown(token.value)),
                  fmt::format("usage: corral help {}", chosen.topic->name));
    }
    std::vector<Command> children = chosen.command.children();
    const Command* child = find_child(children, token.value);
    if (child == nullptr) {
      if (globals.help && chosen.command.names.empty()) chosen.topic = find_topic(token.value);
      if (chosen.topic != nullptr) continue;
      if (token.value != help_word)
        throw unknown_command(children, chosen.path, token.value, following(words));
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
    // --help wins over everything else on the line.
    if (globals.help || globals.version) return;
    if (error.kind() != ErrorKind::usage || !error.hint().empty()) throw;
    throw Error(ErrorKind::usage, error.message(), fmt::format("usage: {}", usage_line(chosen, leaf)));
  }
}

}  // namespace corral
