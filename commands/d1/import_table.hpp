#pragma once

#include <string>
#include <vector>

#include "backends/sql_database.hpp"
#include "commands/d1/row_source.hpp"

namespace corral::d1 {

/// Conversion of imported text beyond SQLite's column affinity (sqlite.org/datatype3.html), which already
/// turns "12" in an INTEGER column into 12.
enum class ColumnConversion {
  none,
  boolean,  ///< declared BOOLEAN: true and false become 1 and 0
  blob,     ///< declared BLOB: X'0aff', as --format csv writes it, becomes bytes
};

void convert(SqlValue& value, ColumnConversion conversion);

/// The conversion each of `columns` needs in the table, in order.
std::vector<ColumnConversion> conversions_for(SqlDatabase& database, const std::string& table,
                                              const std::vector<std::string>& columns);

/// Throws not_found if there is no such table, invalid_input if it lacks one of the columns.
void check_columns(SqlDatabase& database, const std::string& table, const std::vector<std::string>& columns);

/// The CREATE TABLE statement for rows: a column is INTEGER, REAL or BLOB if all its values are, otherwise
/// TEXT. Reads all rows.
std::string create_table_for(const std::string& table, RowSource& rows);

}  // namespace corral::d1
