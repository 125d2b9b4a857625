#include "migrations/seed.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/literal.hpp"
#include "migrations/query.hpp"

namespace corral::migrations {

namespace {

std::vector<std::string> statements_that_empty(SqlDatabase& database, const std::string& migrations_table) {
  std::vector<std::string> statements;
  for (const SqlSchemaItem& item : database.info(false).schema) {
    const bool is_table = item.type == "table" || item.type == "virtual";
    if (is_table && ascii_lower(item.name) != ascii_lower(migrations_table)) {
      statements.push_back("DELETE FROM " + sql::quoted_name(item.name));
    }
  }
  if (!query(database, "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").empty()) {
    statements.push_back(
        fmt::format("DELETE FROM sqlite_sequence WHERE name <> {}", sql::quoted_text(migrations_table)));
  }
  return statements;
}

}  // namespace

std::vector<FinishedFile> seed(const MigrationRun& run, const std::vector<MigrationFile>& files, bool reset,
                               const std::string& migrations_table) {
  std::vector<BookedFile> booked;
  booked.reserve(files.size());
  for (const MigrationFile& file : files)
    booked.push_back({.name = file.name, .path = file.path, .bookkeeping = {}});
  if (reset && !booked.empty()) {
    booked.front().bookkeeping = statements_that_empty(run.database, migrations_table);
  }
  BookedBatch batch(std::move(booked), nullptr, run.progress);
  try {
    run.database.run({.statements = batch, .references_at_end = reset, .pulse = run.pulse}, batch);
  } catch (const SqlError& error) {
    SqlError::Details details = error.details();
    details.script = batch.current();
    throw SqlError(std::move(details));
  }
  std::vector<FinishedFile> finished;
  for (const BookedBatch::Done& done : batch.done())
    finished.push_back({.name = done.name, .statements = done.statements});
  return finished;
}

}  // namespace corral::migrations
