#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"

namespace corral::migrations {

/// A row of the migrations table.
struct AppliedMigration {
  std::int64_t id = 0;
  std::string name;
  std::string applied_at;  ///< UTC, as SQLite writes it: "2026-11-25 04:02:09"
};

/// The table of a database that names the migrations applied to it, as wrangler makes it
/// (docs/reference/d1.md, "Migrations"), so that both can take turns.
class History {
 public:
  /// The database must outlive this.
  History(SqlDatabase& database, std::string table) : database_(database), table_(std::move(table)) {}

  /// In the order in which they were applied. Empty if there is no such table.
  std::vector<AppliedMigration> applied();

  /// The statements that make the table unless it is there, and that add and remove rows.
  [[nodiscard]] std::string make_table() const;
  [[nodiscard]] std::string add(std::string_view name) const;
  [[nodiscard]] std::string remove(std::string_view name) const;

  [[nodiscard]] const std::string& table() const noexcept { return table_; }

 private:
  SqlDatabase& database_;
  std::string table_;
};

}  // namespace corral::migrations
