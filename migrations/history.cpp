#include "migrations/history.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "backends/sql_text/literal.hpp"
#include "migrations/query.hpp"

namespace corral::migrations {

std::vector<AppliedMigration> History::applied() {
  const bool is_there =
      !query(database_,
             fmt::format("SELECT 1 FROM sqlite_master WHERE type = 'table' AND lower(name) = lower({})",
                         sql::quoted_text(table_)))
           .empty();
  std::vector<AppliedMigration> applied;
  if (!is_there) return applied;
  for (TextRow& row : query(database_, fmt::format("SELECT id, name, applied_at FROM {} ORDER BY id",
                                                   sql::quoted_name(table_)))) {
    applied.push_back({.id = std::strtoll(row[0].c_str(), nullptr, 10),
                       .name = std::move(row[1]),
                       .applied_at = std::move(row[2])});
  }
  return applied;
}

std::string History::make_table() const {
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {}(\n\t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,\n\t\tname       "
      "TEXT "
      "UNIQUE,\n\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL\n)",
      sql::quoted_name(table_));
}

std::string History::add(std::string_view name) const {
  return fmt::format("INSERT INTO {} (name) VALUES ({})", sql::quoted_name(table_), sql::quoted_text(name));
}

std::string History::remove(std::string_view name) const {
  return fmt::format("DELETE FROM {} WHERE name = {}", sql::quoted_name(table_), sql::quoted_text(name));
}

}  // namespace corral::migrations
