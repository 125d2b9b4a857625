#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/line/declared_command.hpp"

namespace corral {

/// The flags that every command accepts, anywhere on the line: wrangler's global flags, and --json.
struct GlobalFlags {
  std::optional<std::string> config;
  std::optional<std::string> cwd;
  std::optional<std::string> environment;
  std::vector<std::string> env_files;
  bool json = false;
  bool debug = false;
  bool help = false;
  bool version = false;
};

/// Their descriptions, in the order that help shows them.
const std::vector<Argument>& global_arguments();

/// Supplies one value; `argument` is an element of global_arguments(). Throws usage for a second value of a
/// flag that takes only one.
void give(GlobalFlags& flags, const Argument& argument, std::string value);

}  // namespace corral
