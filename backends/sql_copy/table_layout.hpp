#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"
#include "backends/sql_text/virtual_table.hpp"

namespace corral::sql_copy {

/// What has to be known of a table to read all its rows, in an order, in pages, and to write them elsewhere.
struct TableLayout {
  std::string name;
  std::optional<sql::VirtualTable> virtual_table;  ///< nullopt: an ordinary table
  std::vector<std::string> columns;                ///< those that are stored, without generated ones
  /// The spelling of the rowid that no column hides; empty: a WITHOUT ROWID table, or one whose columns hide
  /// all three.
  std::string rowid;
  std::vector<std::size_t> primary_key;  ///< as declared: indexes of its columns, in key order
  bool is_rowid_key =
      false;  ///< the rowid identifies a row for its users: INTEGER PRIMARY KEY, virtual tables
};

/// The tables of a schema (SqlDatabaseInfo::schema) in its order, read with one query.
std::vector<TableLayout> read_layouts(SqlDatabase& database, const std::vector<SqlSchemaItem>& schema);

/// Finds a table by name, compared as SQLite compares names; nullptr if it does not exist.
const TableLayout* find_table(const std::vector<TableLayout>& tables, std::string_view name);

}  // namespace corral::sql_copy
