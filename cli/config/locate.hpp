#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace corral::config {

/// Where a run's config is (docs/reference/config.md).
struct Location {
  std::optional<std::filesystem::path> file;  ///< nullopt: no config
  std::filesystem::path folder;               ///< that of the file, else the working directory; absolute
};

/// Finds the config: the file that --config names, or the first wrangler.json, wrangler.jsonc or
/// wrangler.toml from the working directory upwards. Reads no config. Throws not_found for a --config that is
/// not there, invalid_input for one that is not a file.
Location locate(const std::filesystem::path& working_directory,
                const std::optional<std::string>& config_flag);

/// The target of `<folder>/.wrangler/deploy/config.json`, if it exists (see ProjectSource::redirect).
std::optional<std::filesystem::path> find_redirect(const std::filesystem::path& folder);

/// The text of a config. Throws not_found, io, limit above max_config_bytes, invalid_input unless it is
/// UTF-8.
std::string read_config_text(const std::filesystem::path& file);

}  // namespace corral::config
