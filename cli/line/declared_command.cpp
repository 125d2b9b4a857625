#include "cli/line/declared_command.hpp"

#include <algorithm>
#include <utility>

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/line/suggestion.hpp"

namespace corral {

namespace {

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

void check(const Argument& argument) {
  const bool numeric = argument.type == ArgumentType::integer || argument.type == ArgumentType::number;
  const auto& choices = argument.choices;
  for (const std::string& value : argument.values) {
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
      throw wrong_choice(argument, value);
    }
    if (numeric && value.empty()) {
      throw Error(ErrorKind::usage, fmt::format("{} must be {}, but is empty", argument.written(),
                                                expected_form(argument.type)));
    }
  }
}

void convert_one(const Argument& argument) {
  check(argument);
  for (const std::string& value : argument.values) argument.option->add_result(value);
  try {
    argument.option->run_callback();
  } catch (const CLI::ConversionError&) {
    throw Error(ErrorKind::usage,
                fmt::format("{} must be {}, but is \"{}\"", argument.written(), expected_form(argument.type),
                            shown(fmt::format("{}", fmt::join(argument.values, " ")))));
  }
}

}  // namespace

void DeclaredCommand::give(const Argument& argument, std::string value) {
  std::vector<Argument>& list = argument.positional ? arguments_.positionals() : arguments_.options();
  Argument& taken = list[static_cast<std::size_t>(&argument - list.data())];
  if (taken.is_flag()) taken.values.clear();
  if (!taken.values.empty() && !taken.repeatable) {
    throw Error(ErrorKind::usage, fmt::format(R"({} takes one value, but was given "{}" and "{}")",
                                              taken.written(), shown(taken.values.front()), shown(value)));
  }
  taken.values.push_back(std::move(value));
  taken.places.push_back(given_++);
}

void DeclaredCommand::convert() const {
  for (const auto* list : {&positionals(), &options()}) {
    for (const Argument& argument : *list) {
      if (!argument.values.empty() || !argument.required) continue;
      throw Error(ErrorKind::usage, fmt::format("{} is missing", argument.written()));
    }
  }
  for (const auto* list : {&positionals(), &options()}) {
    for (const Argument& argument : *list) {
      if (!argument.values.empty()) convert_one(argument);
    }
  }
}

}  // namespace corral
