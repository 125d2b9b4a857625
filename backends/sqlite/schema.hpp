#pragma once

#include <string>
#include <vector>

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// A table as SQLite itself describes it (PRAGMA table_list, sqlite_schema).
struct TableDescription {
  enum class Kind { table, virtual_table, shadow, view };
  Kind kind{};
  std::string name;
  std::string sql;  ///< the statement that made it
};

/// The tables and views of a database in the order of sqlite_schema, without those whose names are reserved
/// for SQLite (but with sqlite_stat1) or Cloudflare; tables that belong to a virtual table are told as
/// shadow.
std::vector<TableDescription> describe_tables(const Connection& connection);

/// The plain tables of a database, each after those that its foreign keys refer to, otherwise in their order.
/// Those that refer to each other come together, in the order of their names.
struct TableOrder {
  std::vector<const TableDescription*> tables;
  bool has_circle = false;  ///< tables refer to each other, so that no order is right
};
TableOrder referred_to_first(const Connection& connection, const std::vector<TableDescription>& tables);

/// The columns of a table that can be given values: without generated and hidden ones.
std::vector<std::string> stored_columns(const Connection& connection, const std::string& table);

}  // namespace corral::sqlite
