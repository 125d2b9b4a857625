#include "commands/command/arguments.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "backends/platform/decimal_text.hpp"

namespace corral {

namespace {

std::vector<std::string> names_of(const CLI::Option& option) {
  if (option.get_positional()) return {option.get_name(true)};
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  // The first long name is canonical and goes last.
  const auto first_long = std::find_if(names.begin(), names.end(),
                                       [](const std::string& name) { return name.starts_with("--"); });
  if (first_long != names.end()) std::rotate(first_long, first_long + 1, names.end());
  return names;
}

std::string_view usual_value_name(ArgumentType type) {
  switch (type) {
    case ArgumentType::text: return "TEXT";
    case ArgumentType::integer: return "INT";
    case ArgumentType::number: return "NUMBER";
    case ArgumentType::boolean: return "";
    case ArgumentType::file: return "FILE";
    case ArgumentType::folder: return "DIR";
  }
  return "";
}

/// A convert function that copies the single value verbatim into `value`.
template <typename Text>
Arguments::Convert store_in(Text& value) {
  return [&value](const Argument& argument) {
    value = argument.values.back();
    return true;
  };
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  if (text.starts_with("+-")) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, failure] = platform::read_number(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size();
}

Argument& add_list(Arguments& arguments, const std::string& names, ArgumentType type,
                   std::vector<std::string>& values, const std::string& description) {
  Argument& argument = arguments.add(names, type, description, [&values](const Argument& given) {
    values = given.values;
    return true;
  });
  argument.repeatable = true;
  argument.greedy = !argument.positional;
  return argument;
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

Arguments::Arguments() : app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag();
}

Arguments::~Arguments() = default;

Argument& Arguments::add(const std::string& names, ArgumentType type, const std::string& description,
                         Convert convert) {
  // CLI11 returns what it was constructed with: the argument's values.
  const bool positional = !names.starts_with('-');
  std::vector<Argument>& list = positional ? positionals_ : options_;
  const auto callback = [convert = std::move(convert), &list, index = list.size()](const CLI::results_t&) {
    return convert(list[index]);
  };
  CLI::Option* option = app_->add_option(names, CLI::callback_t(callback));
  // Any number of values, without CLI11's splitting of "[1,2]".
  option->type_size(1)->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false);
  Argument& argument = list.emplace_back();
  argument.option = option;
  argument.names = names_of(*option);
  argument.type = type;
  argument.value_name = usual_value_name(type);
  argument.description = description;
  argument.positional = positional;
  return argument;
}

Argument& add_flag(Arguments& arguments, const std::string& names, bool& value,
                   const std::string& description) {
  return arguments.add(names, ArgumentType::boolean, description, [&value](const Argument& argument) {
    value = argument.values.back() == "true";
    return true;
  });
}

Argument& add_flag(Arguments& arguments, const std::string& names, std::optional<bool>& value,
                   const std::string& description) {
  return arguments.add(names, ArgumentType::boolean, description, [&value](const Argument& argument) {
    value = argument.values.back() == "true";
    return true;
  });
}

Argument& add_text(Arguments& arguments, const std::string& names, std::string& value,
                   const std::string& description) {
  return arguments.add(names, ArgumentType::text, description, store_in(value));
}

Argument& add_text(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                   const std::string& description) {
  return arguments.add(names, ArgumentType::text, description, store_in(value));
}

Argument& add_texts(Arguments& arguments, const std::string& names, std::vector<std::string>& values,
                    const std::string& description) {
  return add_list(arguments, names, ArgumentType::text, values, description);
}

Argument& add_placed_texts(Arguments& arguments, const std::string& names, std::vector<PlacedText>& values,
                           const std::string& description) {
  Argument& argument =
      arguments.add(names, ArgumentType::text, description, [&values](const Argument& given) {
        for (std::size_t i = 0; i < given.values.size(); ++i) {
          values.push_back({.place = given.places[i], .text = given.values[i]});
        }
        return true;
      });
  argument.repeatable = true;
  argument.value_name = "VALUE";
  return argument;
}

Argument& add_choice(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     std::initializer_list<std::string_view> choices, const std::string& description) {
  return add_choice(arguments, names, value, std::span(choices.begin(), choices.size()), description);
}

Argument& add_choice(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     std::span<const std::string_view> choices, const std::string& description) {
  Argument& argument = add_text(arguments, names, value, description);
  argument.choices.assign(choices.begin(), choices.end());
  return argument;
}

Argument& add_integer(Arguments& arguments, const std::string& names, std::optional<std::int64_t>& value,
                      const std::string& description) {
  return arguments.add(names, ArgumentType::integer, description, [&value](const Argument& argument) {
    return parse_number(argument.values.back(), value.emplace());
  });
}

Argument& add_number(Arguments& arguments, const std::string& names, std::optional<double>& value,
                     const std::string& description) {
  return arguments.add(names, ArgumentType::number, description, [&value](const Argument& argument) {
    return parse_number(argument.values.back(), value.emplace()) && std::isfinite(*value);
  });
}

Argument& add_file(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                   const std::string& description) {
  return arguments.add(names, ArgumentType::file, description, store_in(value));
}

Argument& add_file(Arguments& arguments, const std::string& names, std::string& value,
                   const std::string& description) {
  return arguments.add(names, ArgumentType::file, description, store_in(value));
}

Argument& add_files(Arguments& arguments, const std::string& names, std::vector<std::string>& values,
                    const std::string& description) {
  return add_list(arguments, names, ArgumentType::file, values, description);
}

Argument& add_folder(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     const std::string& description) {
  return arguments.add(names, ArgumentType::folder, description, store_in(value));
}

std::size_t count_given(std::initializer_list<bool> given) {
  return static_cast<std::size_t>(std::count(given.begin(), given.end(), true));
}

Argument& required(Argument& argument) {
  argument.required = true;
  return argument;
}

Argument& hidden(Argument& argument) {
  argument.hidden = true;
  return argument;
}

Argument& value_name(Argument& argument, const std::string& name) {
  argument.value_name = name;
  return argument;
}

Argument& shown_default(Argument& argument, const std::string& text) {
  argument.default_value = text;
  return argument;
}

}  // namespace corral
