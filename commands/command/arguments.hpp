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

/// The name of a type in `help --json`: "string", "integer", ...
std::string_view name_of(ArgumentType type) noexcept;

/// One argument of a command as plain data, for parsing, help and completions.
struct Argument {
  std::vector<std::string> names;  ///< {"-y", "--force"}; for a positional, its bare name
  ArgumentType type = ArgumentType::text;
  std::string value_name;  ///< "TEXT", "SECONDS"; empty for a flag
  std::string description;
  std::string default_value;         ///< empty: none shown
  std::vector<std::string> choices;  ///< empty: any value
  bool positional = false;
  bool required = false;
  bool repeatable = false;  ///< may be given more than once; a positional consumes all remaining arguments
  bool greedy = false;      ///< a repeatable flag that also consumes the arguments after its value
  bool hidden = false;      ///< accepted, but omitted from help and completions

  CLI::Option* option = nullptr;    ///< converts its values; null for a global flag
  std::vector<std::string> values;  ///< as typed; "true" or "false" for a flag
  std::vector<std::size_t> places;  ///< position of each value among all values on the command line

  [[nodiscard]] bool is_flag() const { return type == ArgumentType::boolean; }
  /// The long name if there is one: "--force"; for a positional, its name.
  [[nodiscard]] const std::string& name() const { return names.back(); }
  /// As written on a command line: "--force", "<key>".
  [[nodiscard]] std::string written() const { return positional ? "<" + name() + ">" : name(); }
};

/// The arguments of a command: each is described by plain data, alongside the CLI11 option that converts its
/// values.
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
/// outlive the command's run: keep the options in a std::shared_ptr captured by the returned Run.
///
/// The parser handles the rest: `--flag=value`, `--flag value`, `--preview false`, `--no-preview`,
/// `--namespaceId`, `--`, "did you mean". The global flags (--config, --cwd, --env, --env-file, --json,
/// --help, --version) exist on every command and must not be redeclared. Values arrive byte for byte as
/// typed, including empty strings, "[1,2]" and line breaks. Commands check constraints between arguments
/// themselves.
class Arguments {
 public:
  /// Converts `argument.values`; false if one is malformed.
  using Convert = std::function<bool(const Argument& argument)>;

  Arguments();
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments();

  /// The reference is valid until the next argument is added.
  Argument& add(const std::string& names, ArgumentType type, const std::string& description, Convert convert);

  /// In declaration order.
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

/// A flag whose absence is distinct from `--no-flag`.
Argument& add_flag(Arguments& arguments, const std::string& names, std::optional<bool>& value,
                   const std::string& description);

Argument& add_text(Arguments& arguments, const std::string& names, std::string& value,
                   const std::string& description);
Argument& add_text(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                   const std::string& description);

/// A repeatable flag, or a positional that consumes all remaining arguments. As in wrangler, the flag also
/// consumes the arguments that follow, up to the next flag: `--table a b`.
Argument& add_texts(Arguments& arguments, const std::string& names, std::vector<std::string>& values,
                    const std::string& description);

/// A value of a repeatable flag, with its position among the values of all flags on the command line.
struct PlacedText {
  std::size_t place = 0;
  std::string text;
};

/// A repeatable flag, one value per occurrence, where the order among several such flags matters.
Argument& add_placed_texts(Arguments& arguments, const std::string& names, std::vector<PlacedText>& values,
                           const std::string& description);

/// One of a fixed set of choices.
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

/// A path, completed by shells with file names.
Argument& add_file(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                   const std::string& description);
Argument& add_file(Arguments& arguments, const std::string& names, std::string& value,
                   const std::string& description);

/// Like add_texts, for paths completed with file names.
Argument& add_files(Arguments& arguments, const std::string& names, std::vector<std::string>& values,
                    const std::string& description);

/// A path, completed by shells with folder names.
Argument& add_folder(Arguments& arguments, const std::string& names, std::optional<std::string>& value,
                     const std::string& description);

/// How many of several mutually exclusive arguments were given.
std::size_t count_given(std::initializer_list<bool> given);

/// Makes the argument mandatory: parsing fails without it.
Argument& required(Argument& argument);

/// Accepts the argument, but omits it from help and completions.
Argument& hidden(Argument& argument);

/// The placeholder in help instead of TEXT or INT: "NAME", "SECONDS".
Argument& value_name(Argument& argument, const std::string& name);

/// The default shown in help. Does not set the variable.
Argument& shown_default(Argument& argument, const std::string& text);

}  // namespace corral
