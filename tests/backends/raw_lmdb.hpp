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

/// The version that an environment carries, as it is stored; nullopt: none.
std::optional<std::string> raw_version(const std::filesystem::path& environment);

/// Stores a value as it is. `database` is made if it does not exist; nullptr is the one without a name.
void raw_put(const std::filesystem::path& environment, const char* database, std::string_view key,
             std::string_view value);

}  // namespace corral::testing
