#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/sql_database.hpp"

namespace corral::d1 {

/// Rows that are to be imported, read as a stream.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// The names of the columns, in the order of the values.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;

  /// The next row, one value a column; false: there is none left. Throws invalid_input, naming the line.
  virtual bool next(std::vector<SqlValue>& row) = 0;
};

/// Comma-separated values (RFC 4180), with the names of the columns in the first line. Every value is text,
/// to be converted by the column it goes to; a field with nothing in it is NULL, "" an empty text. `name` is
/// for errors. Throws invalid_input for a header that leaves a column without a name or names one twice.
std::unique_ptr<RowSource> read_csv(ByteSource& source, std::string name, char delimiter);

/// What separates the fields of a CSV, told by its header: the one of , ; tab and | that it has most of,
/// outside quotes; a comma if it has none. `beginning`: of the text, the header included.
char csv_delimiter(std::string_view beginning);

/// A JSON array of objects, or objects one after the other. `columns`: all members that occur (json_columns);
/// one that an object lacks is NULL. true and false are 1 and 0, an array of byte values is a blob, other
/// arrays and objects are their JSON text.
std::unique_ptr<RowSource> read_json(ByteSource& source, std::string name, std::vector<std::string> columns);

/// The names of all members of all objects, in the order they first occur. Reads the source to its end.
/// Throws invalid_input for names that SQLite takes for the same column.
std::vector<std::string> json_columns(ByteSource& source, const std::string& name);

}  // namespace corral::d1
