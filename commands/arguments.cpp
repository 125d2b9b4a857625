#include "commands/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <CLI/App.hpp>

namespace corral {

namespace {

/// An option of one value whose text `convert` takes over; `convert` returns false if it is malformed.
template <typename Convert>
CLI::Option& add_single(CLI::App& app, const std::string& names, const std::string& description,
                        const char* type, Convert convert) {
  CLI::Option* option = app.add_option(
      names, CLI::callback_t([convert](const CLI::results_t& results) { return convert(results.back()); }),
      description);
  option->type_name(type)->type_size(1)->expected(1);
  return *option;
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  if (text.starts_with("+-")) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size();
}

}  // namespace

CLI::Option& add_flag(CLI::App& app, const std::string& names, bool& value, const std::string& description) {
  return *app.add_flag(names, value, description);
}

CLI::Option& add_flag(CLI::App& app, const std::string& names, std::optional<bool>& value,
                      const std::string& description) {
  return *app.add_flag_function(
      names, [&value](std::int64_t count) { value = count > 0; }, description);
}

CLI::Option& add_text(CLI::App& app, const std::string& names, std::string& value,
                      const std::string& description) {
  return add_single(app, names, description, "TEXT", [&value](const std::string& text) {
    value = text;
    return true;
  });
}

CLI::Option& add_text(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                      const std::string& description) {
  return add_single(app, names, description, "TEXT", [&value](const std::string& text) {
    value = text;
    return true;
  });
}

CLI::Option& add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& values,
                       const std::string& description) {
  CLI::Option* option = app.add_option(names, CLI::callback_t([&values](const CLI::results_t& results) {
                                         values = results;
                                         return true;
                                       }),
                                       description);
  option->type_name("TEXT")->type_size(1)->expected(1, CLI::detail::expected_max_vector_size);
  option->allow_extra_args(true);
  return *option;
}

CLI::Option& add_placed_texts(CLI::App& app, const std::string& names, std::vector<PlacedText>& values,
                              const std::string& description) {
  // CLI11 does not tell where a word stood; the command line writes its place before it ("PLACED").
  CLI::Option* option =
      app.add_option(names, CLI::callback_t([&values](const CLI::results_t& results) {
                       for (const std::string& result : results) {
                         const std::size_t colon = result.find(':');
                         PlacedText placed;
                         std::from_chars(result.data(), result.data() + colon, placed.place);
                         placed.text = result.substr(colon + 1);
                         values.push_back(std::move(placed));
                       }
                       return true;
                     }),
                     description);
  option->type_name("PLACED VALUE")->type_size(1)->expected(1, CLI::detail::expected_max_vector_size);
  option->allow_extra_args(false);
  return *option;
}

CLI::Option& add_choice(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                        std::initializer_list<std::string_view> choices, const std::string& description) {
  CLI::Option& option = add_text(app, names, value, description);
  option.check(CLI::IsMember(std::vector<std::string>(choices.begin(), choices.end())));
  return option;
}

CLI::Option& add_integer(CLI::App& app, const std::string& names, std::optional<std::int64_t>& value,
                         const std::string& description) {
  return add_single(app, names, description, "INT",
                    [&value](const std::string& text) { return parse_number(text, value.emplace()); });
}

CLI::Option& add_number(CLI::App& app, const std::string& names, std::optional<double>& value,
                        const std::string& description) {
  return add_single(app, names, description, "NUMBER", [&value](const std::string& text) {
    return parse_number(text, value.emplace()) && std::isfinite(*value);
  });
}

CLI::Option& add_file(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                      const std::string& description) {
  return *add_text(app, names, value, description).type_name("FILE");
}

CLI::Option& add_file(CLI::App& app, const std::string& names, std::string& value,
                      const std::string& description) {
  return *add_text(app, names, value, description).type_name("FILE");
}

CLI::Option& add_files(CLI::App& app, const std::string& names, std::vector<std::string>& values,
                       const std::string& description) {
  return *add_texts(app, names, values, description).type_name("FILE");
}

CLI::Option& add_folder(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                        const std::string& description) {
  return *add_text(app, names, value, description).type_name("DIR");
}

std::size_t count_given(std::initializer_list<bool> given) {
  return static_cast<std::size_t>(std::count(given.begin(), given.end(), true));
}

CLI::Option& required(CLI::Option& option) {
  return *option.required();
}

CLI::Option& hidden(CLI::Option& option) {
  return *option.group("");
}

// CLI11 has one text for both: "INT SECONDS" is the type and, after a space, the name of the value.
CLI::Option& value_name(CLI::Option& option, const std::string& name) {
  const std::string type = option.get_type_name();
  return *option.type_name(type.substr(0, type.find_first_of(": ")) + " " + name);
}

CLI::Option& shown_default(CLI::Option& option, const std::string& text) {
  return *option.default_str(text);
}

}  // namespace corral
