#pragma once

#include <string>
#include <vector>

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// A table as described by SQLite (PRAGMA table_list, sqlite_schema).
struct TableDescription {
  enum class Kind { table, virtual_table, shadow, view };
  Kind kind{};
  std::string name;
  std::string sql;  ///< its CREATE statement
};

/// The tables and views of a database in the order of sqlite_schema, except those with names reserved for
/// SQLite (sqlite_stat1 is included) or Cloudflare; tables that belong to a virtual table are marked as
/// shadow.
std::vector<TableDescription> describe_tables(const Connection& connection);

/// The plain tables of a database, each after those its foreign keys reference, otherwise in schema order.
/// Tables in a reference cycle come together, sorted by name.
struct TableOrder {
  std::vector<const TableDescription*> tables;
  bool has_circle = false;  ///< references form a cycle, so no order satisfies them all
};
TableOrder referred_to_first(const Connection& connection, const std::vector<TableDescription>& tables);

/// The columns of a table that can be assigned: not generated or hidden ones.
std::vector<std::string> stored_columns(const Connection& connection, const std::string& table);

}  // namespace corral::sqlite
