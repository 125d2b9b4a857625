#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::config {

/// Parses a .env file like dotenv: NAME=VALUE lines, optionally after `export`; comments; values unquoted,
/// literal in '...' or `...`, or in "..." with \n escapes and multiple lines. Ignores other lines. Messages
/// never show values, which are secrets.
std::map<std::string, std::string> parse_dotenv(std::string_view text);

/// Looks up a variable in environment files: those given by --env-file, of which the last wins, else `.env`
/// and `.env.local` in the working directory (where wrangler 4.164.0 looks). Throws not_found if a given file
/// is missing.
std::optional<std::string> find_in_env_files(std::string_view name,
                                             const std::filesystem::path& working_directory,
                                             const std::vector<std::string>& env_files);

}  // namespace corral::config
