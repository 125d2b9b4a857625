#pragma once

#include <filesystem>
#include <string>

#include "cli/config/config_value.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// Builds a Project from a parsed config for one environment ("" for the top level). Invalid fields become
/// Project::problems and their entries are left out; unknown fields and bindings that the environment does
/// not inherit become warnings. Throws invalid_input for an unknown environment if the config has others; if
/// it has none, warns and uses the top level, as wrangler does.
Project read_project(const Value& root, const std::filesystem::path& file, const std::string& environment);

}  // namespace corral::config
