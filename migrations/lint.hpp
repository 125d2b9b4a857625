#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"
#include "migrations/discovery.hpp"

namespace corral::migrations {

/// Something in a migration that fails, or hurts later.
struct LintFinding {
  bool is_error = false;  ///< it will not run; else a warning
  std::string_view rule;  ///< "cascade", "drop-table", "drop-column", "not-null", "too-long", "refused"
  std::string file;
  sql::StatementPlace place;
  std::string message;
  std::string advice;
};

/// Runs files statement by statement on a scratch database that has the schema from which they start, and
/// looks at each statement before it runs. What rows make of a statement (a broken UNIQUE, say) is no
/// finding, since the scratch database has only those that the files themselves insert. Throws what
/// ScriptFile throws.
void lint(const std::vector<MigrationFile>& files, SqlDatabase& scratch,
          const std::function<void(const LintFinding&)>& found);

/// A table whose rows would be changed if another table were dropped: DROP TABLE deletes its rows first, and
/// foreign keys are on within a migration, whatever PRAGMA foreign_keys says there.
struct CascadingChild {
  std::string table;
  std::string action;  ///< "CASCADE", "SET NULL" or "SET DEFAULT"
  bool has_rows = false;
};
std::vector<CascadingChild> children_of(SqlDatabase& database, std::string_view table);

/// The tables that a file drops, by name.
std::vector<std::string> dropped_tables(const MigrationFile& file);

}  // namespace corral::migrations
