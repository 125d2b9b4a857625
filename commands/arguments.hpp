#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// How a command declares what it takes. `names` is CLI11's: "--binding", "-y,--force", or a bare word
/// for a positional: "key". The variable must live until the command has run: keep the options in a
/// std::shared_ptr that the returned Run holds.
///
///   Run declare_get(CLI::App& app) {
///     auto options = std::make_shared<GetOptions>();
///     required(add_text(app, "key", options->key, "The key"));
///     value_name(add_text(app, "--binding", options->binding, "The binding of the namespace"), "NAME");
///     add_flag(app, "--preview", options->preview, "Use the preview namespace");
///     return [options](Context& context) { get(context, *options); };
///   }
///
/// The command line does the rest: `--flag=value`, `--flag value`, `--preview false`, `--no-preview`,
/// `--namespaceId`, `--`, "did you mean". The global flags (--config, --cwd, --env, --env-file, --json,
/// --help, --version) exist on every command and must not be declared again. What arrives is what was
/// typed, byte for byte: an empty string, "[1,2]" and line breaks included.
///
/// Plain CLI11 calls work too, with these exceptions: `add_option` into a std::optional<std::string>
/// turns an empty value into nullopt, `add_flag` into a std::optional<bool> starts as false, and whole
/// numbers with a leading 0 are read as octal; the functions below do neither. Not available: option
/// groups with rules, subcommands, callbacks of the App, delimiters, environment variables and
/// "--flag{value}". Rules between arguments: CLI11's `needs` and `excludes`, or check in the command.
namespace corral {

CLI::Option& add_flag(CLI::App& app, const std::string& names, bool& value, const std::string& description);

/// For a flag whose absence differs from `--no-flag`.
CLI::Option& add_flag(CLI::App& app, const std::string& names, std::optional<bool>& value,
                      const std::string& description);

CLI::Option& add_text(CLI::App& app, const std::string& names, std::string& value,
                      const std::string& description);
CLI::Option& add_text(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                      const std::string& description);

/// A flag that may be repeated, or a positional that takes all words that are left. As with wrangler, a
/// flag takes the words that follow it too, up to the next flag: `--table a b`.
CLI::Option& add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& values,
                       const std::string& description);

/// A value of a flag that may be repeated, with its place on the command line among the values of all such
/// flags.
struct PlacedText {
  std::size_t place = 0;
  std::string text;
};

/// A flag that may be repeated, one word each, where the order among several such flags matters.
CLI::Option& add_placed_texts(CLI::App& app, const std::string& names, std::vector<PlacedText>& values,
                              const std::string& description);

/// One of a fixed set of words, which must not contain ',', '{' or '}'.
CLI::Option& add_choice(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                        std::initializer_list<std::string_view> choices, const std::string& description);

/// A whole number in decimal digits, within 64 bits.
CLI::Option& add_integer(CLI::App& app, const std::string& names, std::optional<std::int64_t>& value,
                         const std::string& description);

/// A finite number, as JavaScript writes it: 60, 1.5, 1e3.
CLI::Option& add_number(CLI::App& app, const std::string& names, std::optional<double>& value,
                        const std::string& description);

/// A path, which shells complete with the names of files.
CLI::Option& add_file(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                      const std::string& description);
CLI::Option& add_file(CLI::App& app, const std::string& names, std::string& value,
                      const std::string& description);

/// Like add_texts, for paths that shells complete with the names of files.
CLI::Option& add_files(CLI::App& app, const std::string& names, std::vector<std::string>& values,
                       const std::string& description);

/// A path, which shells complete with the names of folders.
CLI::Option& add_folder(CLI::App& app, const std::string& names, std::optional<std::string>& value,
                        const std::string& description);

/// How many of several arguments that exclude each other were given.
std::size_t count_given(std::initializer_list<bool> given);

/// The command line fails if it is missing.
CLI::Option& required(CLI::Option& option);

/// Works, but is shown neither in help nor in completions.
CLI::Option& hidden(CLI::Option& option);

/// What help writes for the value instead of TEXT or INT: "NAME", "SECONDS".
CLI::Option& value_name(CLI::Option& option, const std::string& name);

/// What help names as the default. Does not set the variable.
CLI::Option& shown_default(CLI::Option& option, const std::string& text);

}  // namespace corral
