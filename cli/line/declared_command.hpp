#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands/command/arguments.hpp"
#include "commands/command/command.hpp"

namespace corral {

/// A leaf of the command tree with its arguments declared. Receives their values and converts them with
/// CLI11; the command line is parsed elsewhere (command_line.hpp).
class DeclaredCommand {
 public:
  explicit DeclaredCommand(const Command& leaf) : run_(leaf.declare(arguments_)) {}
  DeclaredCommand(const DeclaredCommand&) = delete;
  DeclaredCommand& operator=(const DeclaredCommand&) = delete;

  [[nodiscard]] const std::vector<Argument>& positionals() const { return arguments_.positionals(); }
  [[nodiscard]] const std::vector<Argument>& options() const { return arguments_.options(); }

  /// Supplies one value ("true" or "false" for a flag; for a flag, the last of several counts). `argument`
  /// must be an element of positionals() or options(). Throws usage if it already has a value.
  void give(const Argument& argument, std::string value);

  /// Checks for missing required arguments and sets the command's variables. Throws usage.
  void convert() const;

  /// The command's action, after `convert`.
  [[nodiscard]] const Run& run() const { return run_; }

 private:
  Arguments arguments_;
  Run run_;
  std::size_t given_ = 0;  ///< number of values
};

}  // namespace corral
