#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "migrations/discovery.hpp"

namespace corral::migrations {

struct NewMigration {
  std::string message;     ///< what it does; white space becomes '_'
  std::string now;         ///< the time, ISO 8601 in UTC: "2026-11-25T04:02:09.000Z"
  bool by_time = false;    ///< numbered by the time, 20261125040209, not by what is there
  bool with_down = false;  ///< a file for its down part too
};

/// Makes the file of a new migration, durably, and returns its path. Its number is the highest of the folder
/// plus one, in at least four digits, as wrangler numbers. The folder is made if needed. Throws invalid_input
/// for a message that is empty or would leave the folder, or a file that the pattern would not find; conflict
/// if the file exists.
std::filesystem::path create_migration(const MigrationFolder& folder, const NewMigration& migration);

/// Where the down part of a migration is: `<folder>/down/<name>`. Throws invalid_input if the pattern would
/// find it there and take it for a migration.
std::filesystem::path down_path(const MigrationFolder& folder, std::string_view name);

}  // namespace corral::migrations
