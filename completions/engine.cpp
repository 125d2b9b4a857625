#include "completions/engine.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/line/command_line.hpp"
#include "cli/line/help_topics.hpp"

namespace corral {

namespace {

/// A console that discards everything: completers must not write.
class SilentConsole final : public Output, public Input {
 public:
  void data(std::string_view /*bytes*/) override {}
  void deliver() override {}
  void only_reads() override {}
  void note(std::string_view /*line*/) override {}
  void warning(std::string_view /*line*/) override {}
  void error(std::string_view /*message*/, std::string_view /*hint*/) override {}
  std::unique_ptr<Progress> progress(std::string_view /*what*/, std::uint64_t /*total*/,
                                     ProgressUnit /*unit*/) override {
    class NoProgress final : public Progress {
      void update(std::uint64_t /*done*/, std::uint64_t /*statements*/) override {}
    };
    return std::make_unique<NoProgress>();
  }
  [[nodiscard]] bool for_person() const override { return false; }
  [[nodiscard]] bool json_requested() const override { return false; }
  [[nodiscard]] bool data_is_terminal() const override { return false; }
  [[nodiscard]] bool colour() const override { return false; }
  void flush() override {}
  [[nodiscard]] int width() const override { return 0; }
  [[nodiscard]] bool is_terminal() const override { return false; }
  ByteSource& standard_input() override { return nothing_; }
  std::unique_ptr<LineEditor> line_editor(std::string_view /*history*/) override { return nullptr; }
  std::string ask(std::string_view /*question*/) override { return {}; }

 private:
  MemorySource nothing_{{}};
};

class Answer {
 public:
  void add(std::string_view value, std::string_view description = {}) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (value.empty() || std::any_of(value.begin(), value.end(), is_control) || !is_utf8(value)) return;
    text_ += value;
    if (!description.empty()) text_.append("\t").append(description);
    text_ += '\n';
  }
  void directive(std::string_view line) { text_.append(line).append("\n"); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// The state of a line whose last word is to be completed.
struct TypedLine {
  GlobalFlags globals;
  std::vector<std::pair<std::string, std::string>> options;
  std::size_t positionals = 0;
  const Argument* waiting = nullptr;  ///< the flag that expects the next argument as its value
  bool flags_ended = false;
};

void take_option(TypedLine& line, const Token& token) {
  if (!token.complete) {
    line.waiting = token.option;
    return;
  }
  for (const Argument& argument : global_arguments()) {
    if (&argument == token.option) give(line.globals, argument, token.value);
  }
  line.options.emplace_back(token.option->name(), token.value);
}

/// Parses what has been typed, ignoring errors: the line is not finished yet.
void read_leniently(TypedLine& line, const DeclaredCommand& leaf, WordReader& reader) {
  const KnownFlags known{leaf.options(), global_arguments(), {}};
  while (!reader.done()) {
    try {
      const Token token = reader.next(known);
      if (token.option != nullptr) {
        take_option(line, token);
      } else if (token.complete) {
        const std::vector<Argument>& positionals = leaf.positionals();
        const std::size_t index = positional_for(positionals, line.positionals, line.positionals + 1);
        if (index < positionals.size()) line.options.emplace_back(positionals[index].name(), token.value);
        ++line.positionals;
      }
    } catch (const Error&) {
      continue;
    }
  }
  if (line.waiting == nullptr) line.waiting = reader.open_option();
  line.flags_ended = reader.flags_ended();
}

void add_flags(Answer& answer, const std::vector<Argument>& arguments, const TypedLine& line,
               std::string_view prefix) {
  for (const Argument& argument : arguments) {
    const bool used = std::any_of(line.options.begin(), line.options.end(),
                                  [&](const auto& option) { return option.first == argument.name(); });
    if (argument.hidden || (used && !argument.repeatable)) continue;
    for (const std::string& name : argument.names) {
      if (name.starts_with(prefix)) answer.add(name, argument.description);
    }
  }
}

class Completion {
 public:
  Completion(const CompletionSetup& setup, std::string_view current) : setup_(setup), current_(current) {}

  std::string run(std::span<const std::string> before) {
    WordReader reader(before);
    ChosenCommand chosen;
    try {
      chosen = choose_command(root_command(setup_.commands), reader, line_.globals);
    } catch (const Error&) {
      return complete_global_value(before);
    }
    if (chosen.is_group()) {
      complete_command(chosen);
    } else {
      complete_argument(chosen, reader);
    }
    return answer_.take();
  }

 private:
  /// A global flag that still expects its value ends the walk along the command names.
  std::string complete_global_value(std::span<const std::string> before) {
    for (const Argument& argument : global_arguments()) {
      const auto& names = argument.names;
      if (!argument.is_flag() && std::find(names.begin(), names.end(), before.back()) != names.end()) {
        complete_value(Command{}, argument, {}, current_);
      }
    }
    return answer_.take();
  }

  void complete_command(const ChosenCommand& chosen) {
    if (current_.starts_with('-')) {
      add_flags(answer_, global_arguments(), line_, current_);
      return;
    }
    for (const Command& child : chosen.command.children()) {
      if (!child.hidden && child.name().starts_with(current_)) answer_.add(child.name(), child.summary);
    }
    if (!line_.globals.help || !chosen.command.names.empty()) return;
    for (const HelpTopic& topic : help_topics()) {
      if (topic.name.starts_with(current_)) answer_.add(topic.name, topic.summary);
    }
  }

  void complete_argument(const ChosenCommand& chosen, WordReader& reader) {
    const DeclaredCommand leaf(chosen.command);
    read_leniently(line_, leaf, reader);
    if (line_.waiting != nullptr && !(line_.waiting->greedy && current_.starts_with('-'))) {
      complete_value(chosen.command, *line_.waiting, {}, current_);
    } else if (current_.starts_with('-') && !line_.flags_ended) {
      complete_flag(chosen.command, leaf);
    } else {
      const std::size_t index = positional_for(leaf.positionals(), line_.positionals, line_.positionals + 1);
      if (index < leaf.positionals().size()) {
        complete_value(chosen.command, leaf.positionals()[index], {}, current_);
      }
    }
  }

  void complete_flag(const Command& command, const DeclaredCommand& leaf) {
    const std::size_t equals = current_.find('=');
    if (equals == std::string_view::npos) {
      add_flags(answer_, leaf.options(), line_, current_);
      add_flags(answer_, global_arguments(), line_, current_);
      return;
    }
    const std::string_view name = current_.substr(0, equals);
    for (const auto* list : {&leaf.options(), &global_arguments()}) {
      for (const Argument& argument : *list) {
        if (std::find(argument.names.begin(), argument.names.end(), name) == argument.names.end()) continue;
        complete_value(command, argument, current_.substr(0, equals + 1), current_.substr(equals + 1));
        return;
      }
    }
  }

  /// `lead` is prefixed to every candidate: "--binding=".
  void complete_value(const Command& command, const Argument& argument, std::string_view lead,
                      std::string_view prefix) {
    const auto offer = [&](std::string_view value) {
      if (value.starts_with(prefix)) answer_.add(std::string(lead) + std::string(value));
    };
    if (argument.is_flag()) {
      offer("true");
      offer("false");
    }
    for (const std::string& choice : argument.choices) offer(choice);
    for (const LiveValues& live : command.live_values) {
      const auto& names = argument.names;
      if (std::find(names.begin(), names.end(), live.argument) == names.end()) continue;
      for (const std::string& value : ask(live.complete, prefix)) offer(value);
    }
    if (argument.type == ArgumentType::file) answer_.directive(":files");
    if (argument.type == ArgumentType::folder) answer_.directive(":dirs");
  }

  std::vector<std::string> ask(Completer complete, std::string_view prefix) {
    try {
      const GlobalFlags& globals = line_.globals;
      if (globals.cwd && chdir(globals.cwd->c_str()) != 0) return {};
      SilentConsole silent;
      const std::unique_ptr<Context> context = setup_.make_context(globals, silent, silent);
      return complete(*context, {std::string(prefix), line_.options});
    } catch (const std::exception&) {
      return {};
    }
  }

  const CompletionSetup& setup_;
  std::string_view current_;
  TypedLine line_;
  Answer answer_;
};

}  // namespace

std::string completion_answer(const CompletionSetup& setup, const std::vector<std::string>& words) {
  const std::string current = words.empty() ? std::string{} : words.back();
  const std::size_t before = words.empty() ? 0 : words.size() - 1;
  try {
    return Completion(setup, current).run(std::span(words).first(before));
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace corral
