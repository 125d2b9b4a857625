#pragma once

#include <string>
#include <vector>

#include "backends/sql_database.hpp"
#include "commands/d1/row_source.hpp"

namespace corral::d1 {

/// What becomes of an imported text beyond what SQLite's column affinity does (sqlite.org/datatype3.html):
/// "12" in an INTEGER column is 12 by itself.
enum class ColumnConversion {
  none,
  boolean,  ///< declared BOOLEAN: true and false are 1 and 0
  blob,     ///< declared BLOB: X'0aff', as --format csv writes it, is bytes
};

void convert(SqlValue& value, ColumnConversion conversion);

/// What the columns of a table ask for, one for each of `columns`.
std::vector<ColumnConversion> conversions_for(SqlDatabase& database, const std::string& table,
                                              const std::vector<std::string>& columns);

/// Throws not_found if there is no such table, invalid_input if it lacks one of the columns.
void check_columns(SqlDatabase& database, const std::string& table, const std::vector<std::string>& columns);

/// The CREATE TABLE for rows: INTEGER, REAL or BLOB where all values of a column are that, else TEXT. Reads
/// all rows.
std::string create_table_for(const std::string& table, RowSource& rows);

}  // namespace corral::d1
