#include "commands/d1/migration_state.hpp"

#include <set>
#include <string>

#include "backends/sql/literal.hpp"
#include "migrations/discovery.hpp"

namespace corral::d1 {

namespace {

/// The names in a migrations table.
class Names final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override { names.emplace(row[0].bytes); }
  void end(const SqlStatementStats&) override {}

  std::set<std::string> names;
};

std::set<std::string> applied_names(SqlDatabase& database, const std::string& table) {
  const SqlDatabaseInfo info = database.info(false);
  bool there = false;
  for (const SqlSchemaItem& item : info.schema) there = there || (item.type == "table" && item.name == table);
  if (!there) return {};
  const std::string query = "SELECT name FROM " + sql::quoted_name(table);
  MemorySource source(query);
  sql::StatementReader statements(source, "the query", query.size());
  Names names;
  database.run({.statements = statements, .transaction = SqlBatch::Transaction::none}, names);
  return names.names;
}

}  // namespace

MigrationState migration_state(Context& context, const Database& database, SqlDatabase& opened) {
  static const D1DatabaseBinding not_in_config;
  const D1DatabaseBinding& config = database.config != nullptr ? *database.config : not_in_config;
  const migrations::MigrationFolder folder = migrations::migration_folder(
      context.project().folder(), config.migrations_dir, config.migrations_table, config.migrations_pattern);
  const std::set<std::string> applied = applied_names(opened, folder.table);
  MigrationState state;
  state.applied = applied.size();
  std::error_code missing;
  state.has_folder = std::filesystem::is_directory(folder.folder, missing);
  if (!state.has_folder) return state;
  for (const migrations::MigrationFile& file : migrations::find_migrations(folder)) {
    if (!applied.contains(file.name)) ++state.pending;
  }
  return state;
}

}  // namespace corral::d1
