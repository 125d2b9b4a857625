#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "migrations/discovery.hpp"

namespace corral::migrations {

struct NewMigration {
  std::string message;     ///< a description; white space becomes '_'
  std::string now;         ///< the time, ISO 8601 in UTC: "2026-11-25T04:02:09.000Z"
  bool by_time = false;    ///< numbered by the time, 20261125040209, instead of consecutively
  bool with_down = false;  ///< also create a file for its down part
};

/// Creates the file of a new migration, durably, and returns its path. Its number is the folder's highest
/// plus one, zero-padded to four digits, as in wrangler. Creates the folder if necessary. Throws
/// invalid_input if the message is empty, would lead outside the folder or gives a name that the pattern does
/// not match; conflict if the file exists.
std::filesystem::path create_migration(const MigrationFolder& folder, const NewMigration& migration);

/// The path of a migration's down part: `<folder>/down/<name>`. Throws invalid_input if the pattern matches
/// it, which would make it a migration.
std::filesystem::path down_path(const MigrationFolder& folder, std::string_view name);

}  // namespace corral::migrations
