#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace corral::testing {

/// The entries of each named database of an LMDB environment as they are stored, read without corral.
using RawDatabases = std::map<std::string, std::map<std::string, std::string>>;
RawDatabases raw_databases(const std::filesystem::path& environment);

/// The stored version of an environment; nullopt if it has none.
std::optional<std::string> raw_version(const std::filesystem::path& environment);

/// Stores a raw value. Creates `database` if necessary; nullptr is the unnamed one.
void raw_put(const std::filesystem::path& environment, const char* database, std::string_view key,
             std::string_view value);

}  // namespace corral::testing
