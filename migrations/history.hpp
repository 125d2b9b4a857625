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

/// The table in a database that records its applied migrations, as wrangler creates it (docs/reference/d1.md,
/// "Migrations"), so that both can be used interchangeably.
class History {
 public:
  /// The database must outlive this object.
  History(SqlDatabase& database, std::string table) : database_(database), table_(std::move(table)) {}

  /// In the order in which they were applied. Empty if the table does not exist.
  std::vector<AppliedMigration> applied();

  /// The statements that create the table if it is missing, and that add and remove rows.
  [[nodiscard]] std::string make_table() const;
  [[nodiscard]] std::string add(std::string_view name) const;
  [[nodiscard]] std::string remove(std::string_view name) const;

  [[nodiscard]] const std::string& table() const noexcept { return table_; }

 private:
  SqlDatabase& database_;
  std::string table_;
};

}  // namespace corral::migrations
