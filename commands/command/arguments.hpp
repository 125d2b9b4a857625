#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace corral {

enum class ArgumentType : std::uint8_t { text, integer, number, boolean, file, folder };

/// The name of a type as `help --json` writes it: "string", "integer", ...
std::string_view name_of(ArgumentType type) noexcept;

/// One argument of a command as plain data, for parsing, help and completions.
struct Argument {
  std::vector<std::string> names;  ///< {"-y", "--force"}; of a positional its bare name
  ArgumentType type = ArgumentType::text;
  std::string value_name;  ///< "TEXT", "SECONDS"; empty for a flag
  std::string description;
  std::string default_value;         ///< empty: none to show
  std::vector<std::string> choices;  ///< empty: anything
  bool positional = false;
  bool required = false;
  bool repeatable = false;  ///< may be given more than once; a positional takes all words left
  bool greedy = false;      ///< a repeatable flag that takes the words following it too
  bool hidden = false;      ///< works, but is shown neither in help nor in completions

  CLI::Option* option = nullptr;    ///< what converts its values; null for a global flag
  std::vector<std::string> values;  ///< as they were typed; "true" or "false" for a flag
  std::vector<std::size_t> places;  ///< where each value stood among all values of the command line

  [[nodiscard]] bool is_flag() const { return type == ArgumentType::boolean; }
  /// The long name where there is one: "--force"; of a positional its name.
  [[nodiscard]] const std::string& name() const { return names.back(); }
  /// As a person writes it: "--force", "<key>".
  [[nodiscard]] std::string written() const { return positional ? "<" + name() + ">" : name(); }
};

/// The arguments of a command: each is described by data, beside the CLI11 option that converts its values.
///
///   Run declare_get(Arguments& arguments) {
///     auto options = std::make_shared<GetOptions>();
///     required(add_text(arguments, "key", options->key, "The key"));
///     value_name(add_text(arguments, "--binding", options->binding, "The binding of the namespace"),
///     "NAME"); add_flag(arguments, "--preview", options->preview, "Use the preview namespace"); return
///     [options](Context& context) { get(context, *options); };
///   }
///
/// `names` is CLI11's: "--binding", "-y,--force", or a bare word for a positional: "key". The variable must
/// live until the command has run: keep the options in a std::shared_ptr that the returned Run holds.
///
/// The command line does the rest: `--flag=value`, `--flag value`, `--preview false`, `--no-preview`,
/// `--namespaceId`, `--`, "did you mean". The global flags (--config, --cwd, --env, --env-file, --json,
/// --help, --version) exist on every command and must not be declared again. What arrives is what was
/// typed, byte for byte: an empty string, "[1,2]" and line breaks included. Rules between arguments are
/// checked by the command.
class Arguments {
 public:
  /// Converts `argument.values`; false if one is malformed.
  using Convert = std::function<bool(const Argument& argument)>;

  Arguments();
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments();

  /// The reference is good until the next argument is added.
  Argument& add(const std::string& names, ArgumentType type, const std::string& description, Convert convert);

  /// In the order of their declaration.
  [[nodiscard]] std::vector<Argument>& positionals() { return positionals_; }
  [[nodiscard]] std::vector<Argument>& options() { return options_; }
  [[nodiscard]] const std::vector<Argument>& positionals() const { return positionals_; }
  [[nodiscard]] const std::vector<Argument>& options() const { return options_; }

 private:
  std::unique_ptr<CLI::App> app_;
  std::vector<Argument> positionals_;
  std::vector<Argument> options_;
};

Argument& add_flag(Arguments& arguments, const std::string& names, bool& value,
                   const std::string& description);

/// For a flag whose absence differs from `--no-flag`.
Argument& add_flag(Arguments& arguments, const std::string& names, std::optional<bool>& value,
                   const std::string& description);

Argument& add_text(Arguments& arguments, const std::string& names, std::string& value,
                   const std::string& description);
Argument& add_text(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                   const std::string& description);

/// A flag that may be repeated, or a positional that takes all words that are left. As with wrangler, a
/// flag takes the words that follow it too, up to the next flag: `--table a b`.
Argument& add_texts(Arguments& arguments, const std::string& names, std::vector<std::string>& values,
                    const std::string& description);

/// A value of a flag that may be repeated, with its place on the command line among the values of all such
/// flags.
struct PlacedText {
  std::size_t place = 0;
  std::string text;
};

/// A flag that may be repeated, one word each, where the order among several such flags matters.
Argument& add_placed_texts(Arguments& arguments, const std::string& names, std::vector<PlacedText>& values,
                           const std::string& description);

/// One of a fixed set of words.
Argument& add_choice(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     std::initializer_list<std::string_view> choices, const std::string& description);
Argument& add_choice(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     std::span<const std::string_view> choices, const std::string& description);

/// A whole number in decimal digits, within 64 bits.
Argument& add_integer(Arguments& arguments, const std::string& names, std::optional<std::int64_t>& value,
                      const std::string& description);

/// A finite number, as JavaScript writes it: 60, 1.5, 1e3.
Argument& add_number(Arguments& arguments, const std::string& names, std::optional<double>& value,
                     const std::string& description);

/// A path, which shells complete with the names of files.
Argument& add_file(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                   const std::string& description);
Argument& add_file(Arguments& arguments, const std::string& names, std::string& value,
                   const std::string& description);

/// Like add_texts, for paths that shells complete with the names of files.
Argument& add_files(Arguments& arguments, const std::string& names, std::vector<std::string>& values,
                    const std::string& description);

/// A path, which shells complete with the names of folders.
Argument& add_folder(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     const std::string& description);

/// How many of several arguments that exclude each other were given.
std::size_t count_given(std::initializer_list<bool> given);

/// The command line fails if it is missing.
Argument& required(Argument& argument);

/// Works, but is shown neither in help nor in completions.
Argument& hidden(Argument& argument);

/// What help writes for the value instead of TEXT or INT: "NAME", "SECONDS".
Argument& value_name(Argument& argument, const std::string& name);

/// What help names as the default. Does not set the variable.
Argument& shown_default(Argument& argument, const std::string& text);

}  // namespace corral
