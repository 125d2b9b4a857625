#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace corral::migrations {

/// Where a database's migrations are (docs/reference/config.md; docs/reference/d1.md, "Migrations").
struct MigrationFolder {
  std::filesystem::path folder;         ///< absolute
  std::string dir = "migrations";       ///< the folder as the config names it
  std::string pattern = "*.sql";        ///< relative to the folder
  std::string table = "d1_migrations";  ///< records the applied migrations
};

/// The config's settings, with wrangler's defaults for the rest. Throws invalid_input for a pattern without a
/// folder, or one that does not start with the folder.
MigrationFolder migration_folder(const std::filesystem::path& config_folder,
                                 const std::optional<std::string>& migrations_dir,
                                 const std::optional<std::string>& migrations_table,
                                 const std::optional<std::string>& migrations_pattern);

struct MigrationFile {
  std::string name;  ///< the path relative to the folder, with '/'
  std::filesystem::path path;
};

/// The migrations in the order in which they are applied: by the leading number of each segment of the path,
/// numbered ones first, then by text. Skips symbolic links, as wrangler does. Throws not_found if the folder
/// does not exist.
std::vector<MigrationFile> find_migrations(const MigrationFolder& folder);

/// The migrations_pattern that would match .sql files in sub-folders, as Prisma and drizzle lay them out
/// ("migrations/*/migration.sql"), for a folder in which nothing matches; nullopt if there are no such files
/// either. Ignores down parts and squashed originals.
std::optional<std::string> pattern_that_would_match(const MigrationFolder& folder);

/// Whether one name precedes another in that order.
bool comes_before(std::string_view name, std::string_view other);

}  // namespace corral::migrations
