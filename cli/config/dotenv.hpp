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

/// The variables of environment files: those named by --env-file, else `.env` and `.env.local` in the working
/// directory (where wrangler 4.164.0 looks); of several, the last wins. Throws not_found if a named file is
/// missing.
std::map<std::string, std::string> read_env_files(const std::filesystem::path& working_directory,
                                                  const std::vector<std::string>& env_files);

/// One of them.
std::optional<std::string> find_in_env_files(std::string_view name,
                                             const std::filesystem::path& working_directory,
                                             const std::vector<std::string>& env_files);

}  // namespace corral::config
