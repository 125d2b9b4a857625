#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace corral {

enum class ArgumentType { text, integer, number, boolean, file, folder };

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
  bool placed = false;      ///< its values carry their place on the line: "3:value" (add_placed_texts)
  bool hidden = false;

  [[nodiscard]] bool is_flag() const { return type == ArgumentType::boolean; }
  /// The long name where there is one: "--force"; of a positional its name.
  [[nodiscard]] const std::string& name() const { return names.back(); }
  /// As a person writes it: "--force", "<key>".
  [[nodiscard]] std::string written() const { return positional ? "<" + name() + ">" : name(); }
};

/// A leaf of the command tree with its arguments declared. Takes their values and converts them with
/// CLI11; the words of a command line are taken apart elsewhere (command_line.hpp).
class DeclaredCommand {
 public:
  explicit DeclaredCommand(const Command& leaf);
  DeclaredCommand(const DeclaredCommand&) = delete;
  DeclaredCommand& operator=(const DeclaredCommand&) = delete;
  ~DeclaredCommand();

  [[nodiscard]] const std::vector<Argument>& positionals() const { return positionals_; }
  [[nodiscard]] const std::vector<Argument>& options() const { return options_; }

  /// Takes one value ("true" or "false" for a flag; of several for a flag the last counts). `argument`
  /// must be an element of positionals() or options(). Throws usage if it was given already.
  void give(const Argument& argument, std::string value);

  /// Checks that nothing required is missing and that all fits together, and fills the command's
  /// variables. Throws usage.
  void convert();

  /// What the command does, once converted.
  [[nodiscard]] const Run& run() const { return run_; }

 private:
  [[nodiscard]] std::vector<std::string>& values_of(const Argument& argument);
  [[nodiscard]] const Argument& argument_of(const CLI::Option* option) const;
  void check_presence(std::size_t index) const;
  void convert_one(std::size_t index);

  std::unique_ptr<CLI::App> app_;
  Run run_;
  std::vector<Argument> positionals_;
  std::vector<Argument> options_;
  std::vector<CLI::Option*> bound_;               ///< positionals first, then options
  std::vector<std::vector<std::string>> values_;  ///< by the index of bound_
  std::size_t given_ = 0;                         ///< how many placed values there are
};

}  // namespace corral
