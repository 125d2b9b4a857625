#include "cli/declared_command.hpp"

#include <algorithm>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "cli/suggestion.hpp"

namespace corral {

namespace {

/// "{a,b}" as CLI11 describes a choice.
std::vector<std::string> split_choices(std::string_view description) {
  std::vector<std::string> choices;
  if (!description.starts_with('{') || !description.ends_with('}')) return choices;
  description = description.substr(1, description.size() - 2);
  while (!description.empty()) {
    const std::size_t end = std::min(description.find(','), description.size());
    choices.emplace_back(description.substr(0, end));
    description.remove_prefix(std::min(end + 1, description.size()));
  }
  return choices;
}

ArgumentType type_of(std::string_view type) {
  if (type == "INT" || type == "UINT") return ArgumentType::integer;
  if (type == "FLOAT" || type == "NUMBER") return ArgumentType::number;
  if (type == "FILE") return ArgumentType::file;
  if (type == "DIR") return ArgumentType::folder;
  return ArgumentType::text;
}

Argument describe(const CLI::Option& option) {
  Argument argument;
  argument.positional = option.get_positional();
  if (argument.positional) {
    argument.names.push_back(option.get_name(true));
  } else {
    for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
    // The first long name is the canonical one, and it stands last.
    const auto first_long = std::find_if(argument.names.begin(), argument.names.end(),
                                         [](const std::string& name) { return name.starts_with("--"); });
    if (first_long != argument.names.end()) {
      std::rotate(first_long, first_long + 1, argument.names.end());
    }
  }
  const std::string type_name = option.get_type_name();
  const std::size_t colon = std::min(type_name.find(':'), type_name.size());
  if (option.get_items_expected_max() == 0) {
    argument.type = ArgumentType::boolean;
  } else {
    const std::size_t space = std::min(type_name.find(' '), colon);
    argument.type = type_of(type_name.substr(0, space));
    argument.value_name =
        space < colon ? type_name.substr(space + 1, colon - space - 1) : type_name.substr(0, space);
    if (colon < type_name.size()) argument.choices = split_choices(type_name.substr(colon + 1));
    argument.repeatable = option.get_items_expected_max() > 1;
    argument.placed = type_name.starts_with("PLACED");
    argument.greedy = argument.repeatable && !argument.positional && option.get_allow_extra_args();
    argument.default_value = option.get_default_str();
  }
  argument.description = option.get_description();
  argument.required = option.get_required();
  argument.hidden = option.get_group().empty();
  return argument;
}

std::string_view expected_form(ArgumentType type) {
  switch (type) {
    case ArgumentType::integer: return "a whole number";
    case ArgumentType::number: return "a number";
    default: return "of another form";
  }
}

Error wrong_choice(const Argument& argument, const std::string& value) {
  const std::string_view near = nearest(value, argument.choices);
  return {ErrorKind::usage,
          fmt::format("{} must be one of {}, but is \"{}\"", argument.written(),
                      fmt::join(argument.choices, ", "), shown(value)),
          near.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", near)};
}

}  // namespace

std::string_view name_of(ArgumentType type) noexcept {
  switch (type) {
    case ArgumentType::text: return "string";
    case ArgumentType::integer: return "integer";
    case ArgumentType::number: return "number";
    case ArgumentType::boolean: return "boolean";
    case ArgumentType::file: return "file";
    case ArgumentType::folder: return "folder";
  }
  return "string";
}

DeclaredCommand::DeclaredCommand(const Command& leaf) : app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag();
  run_ = leaf.declare(*app_);
  const std::vector<CLI::Option*> all = app_->get_options([](CLI::Option*) { return true; });
  for (const bool positional : {true, false}) {
    for (CLI::Option* option : all) {
      if (option->get_positional() != positional) continue;
      (positional ? positionals_ : options_).push_back(describe(*option));
      // Else CLI11 would take a value such as "[1,2]" apart.
      option->allow_extra_args(false);
      bound_.push_back(option);
    }
  }
  values_.resize(bound_.size());
}

DeclaredCommand::~DeclaredCommand() = default;

std::vector<std::string>& DeclaredCommand::values_of(const Argument& argument) {
  const std::vector<Argument>& list = argument.positional ? positionals_ : options_;
  const auto index = static_cast<std::size_t>(&argument - list.data());
  return values_[index + (argument.positional ? 0 : positionals_.size())];
}

const Argument& DeclaredCommand::argument_of(const CLI::Option* option) const {
  const auto index =
      static_cast<std::size_t>(std::find(bound_.begin(), bound_.end(), option) - bound_.begin());
  return index < positionals_.size() ? positionals_[index] : options_[index - positionals_.size()];
}

void DeclaredCommand::give(const Argument& argument, std::string value) {
  std::vector<std::string>& values = values_of(argument);
  if (argument.is_flag()) {
    values.clear();
    values.push_back(std::move(value));
    return;
  }
  if (!values.empty() && !argument.repeatable) {
    throw Error(ErrorKind::usage, fmt::format(R"({} takes one value, but was given "{}" and "{}")",
                                              argument.written(), shown(values.front()), shown(value)));
  }
  if (argument.placed) value.insert(0, fmt::format("{}:", given_++));
  values.push_back(std::move(value));
}

void DeclaredCommand::check_presence(std::size_t index) const {
  const Argument& argument = argument_of(bound_[index]);
  if (values_[index].empty()) {
    if (!argument.required) return;
    throw Error(ErrorKind::usage, fmt::format("{} is missing", argument.written()));
  }
  const auto is_given = [&](const CLI::Option* option) {
    const auto at = std::find(bound_.begin(), bound_.end(), option) - bound_.begin();
    return !values_[static_cast<std::size_t>(at)].empty();
  };
  for (const CLI::Option* needed : bound_[index]->get_needs()) {
    if (is_given(needed)) continue;
    throw Error(ErrorKind::usage, fmt::format("{} works only together with {}", argument.written(),
                                              argument_of(needed).written()));
  }
  for (const CLI::Option* excluded : bound_[index]->get_excludes()) {
    if (!is_given(excluded)) continue;
    throw Error(ErrorKind::usage, fmt::format("{} and {} cannot be given together", argument.written(),
                                              argument_of(excluded).written()));
  }
}

void DeclaredCommand::convert_one(std::size_t index) {
  const std::vector<std::string>& values = values_[index];
  if (values.empty()) return;
  CLI::Option& option = *bound_[index];
  const Argument& argument = argument_of(&option);
  const bool numeric = argument.type == ArgumentType::integer || argument.type == ArgumentType::number;
  for (const std::string& value : values) {
    const bool known =
        std::find(argument.choices.begin(), argument.choices.end(), value) != argument.choices.end();
    if (!argument.choices.empty() && !known) throw wrong_choice(argument, value);
    if (numeric && value.empty()) {
      throw Error(ErrorKind::usage, fmt::format("{} must be {}, but is empty", argument.written(),
                                                expected_form(argument.type)));
    }
    option.add_result(value);
  }
  try {
    option.run_callback();
  } catch (const CLI::ConversionError&) {
    throw Error(ErrorKind::usage,
                fmt::format("{} must be {}, but is \"{}\"", argument.written(), expected_form(argument.type),
                            shown(fmt::format("{}", fmt::join(values, " ")))));
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorKind::usage,
                fmt::format("{} does not take \"{}\": {}", argument.written(),
                            shown(fmt::format("{}", fmt::join(values, " "))), shown(error.what())));
  }
}

void DeclaredCommand::convert() {
  for (std::size_t i = 0; i < bound_.size(); ++i) check_presence(i);
  for (std::size_t i = 0; i < bound_.size(); ++i) convert_one(i);
}

}  // namespace corral
