#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"
#include "migrations/discovery.hpp"

namespace corral::migrations {

/// A problem in a migration: it fails, or causes trouble later.
struct LintFinding {
  bool is_error = false;  ///< it will not run; otherwise a warning
  std::string_view rule;  ///< "cascade", "drop-table", "drop-column", "not-null", "too-long", "refused"
  std::string file;
  sql::StatementPlace place;
  std::string message;
  std::string advice;
};

/// Runs files statement by statement on a scratch database that has the schema they start from, and inspects
/// each statement before it runs. Failures that depend on rows (a violated UNIQUE, say) are not findings,
/// since the scratch database contains only rows that the files themselves insert. Throws what ScriptFile
/// throws.
void lint(const std::vector<MigrationFile>& files, SqlDatabase& scratch,
          const std::function<void(const LintFinding&)>& found);

/// A table whose rows would be changed by dropping another table: DROP TABLE deletes its rows first, and
/// foreign keys are enforced within a migration, whatever PRAGMA foreign_keys says there.
struct CascadingChild {
  std::string table;
  std::string action;  ///< "CASCADE", "SET NULL" or "SET DEFAULT"
  bool has_rows = false;
};
std::vector<CascadingChild> children_of(SqlDatabase& database, std::string_view table);

/// The names of the tables that a file drops.
std::vector<std::string> dropped_tables(const MigrationFile& file);

}  // namespace corral::migrations
