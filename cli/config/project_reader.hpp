#pragma once

#include <filesystem>
#include <string>

#include "cli/config/config_value.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// Makes a Project of a parsed config for one environment ("" for the top level). Mistakes in fields become
/// Project::problems, and their entries are left out; unknown fields and bindings that the environment does
/// not inherit become warnings. Throws invalid_input for an environment that the config does not have while
/// it has others; if it has none, that is a warning and the top level is used, as wrangler does.
Project read_project(const Value& root, const std::filesystem::path& file, const std::string& environment);

}  // namespace corral::config
