#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace corral::testing {

/// What is stored, by service (or by the file of an object or a D1 database), table and key, with values in
/// the place of the names of their files.
using Content = std::map<std::string, std::string>;

/// The SQLite files and values of a state folder, as another process finds them after all that had them open
/// have ended: read by SQLite itself, without the code under test.
Content content_of(const std::filesystem::path& state_root);

}  // namespace corral::testing
