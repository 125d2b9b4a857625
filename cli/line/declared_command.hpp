#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands/command/arguments.hpp"
#include "commands/command/command.hpp"

namespace corral {

/// A leaf of the command tree with its arguments declared. Takes their values and converts them with
/// CLI11; the words of a command line are taken apart elsewhere (command_line.hpp).
class DeclaredCommand {
 public:
  explicit DeclaredCommand(const Command& leaf) : run_(leaf.declare(arguments_)) {}
  DeclaredCommand(const DeclaredCommand&) = delete;
  DeclaredCommand& operator=(const DeclaredCommand&) = delete;

  [[nodiscard]] const std::vector<Argument>& positionals() const { return arguments_.positionals(); }
  [[nodiscard]] const std::vector<Argument>& options() const { return arguments_.options(); }

  /// Takes one value ("true" or "false" for a flag; of several for a flag the last counts). `argument`
  /// must be an element of positionals() or options(). Throws usage if it was given already.
  void give(const Argument& argument, std::string value);

  /// Checks that nothing required is missing, and fills the command's variables. Throws usage.
  void convert();

  /// What the command does, once converted.
  [[nodiscard]] const Run& run() const { return run_; }

 private:
  Arguments arguments_;
  Run run_;
  std::size_t given_ = 0;  ///< how many values there are
};

}  // namespace corral
