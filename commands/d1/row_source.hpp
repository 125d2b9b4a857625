#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/sql_database.hpp"

namespace corral::d1 {

/// A stream of rows to import.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// The column names, in the order of the values.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;

  /// Reads the next row, one value per column; false at the end. Throws invalid_input, naming the line.
  virtual bool next(std::vector<SqlValue>& row) = 0;
};

/// Comma-separated values (RFC 4180) with a header line. Every value is text, to be converted by its column;
/// an empty field is NULL, "" an empty string. `name` is for errors. Throws invalid_input for a header with
/// an empty or repeated column name.
std::unique_ptr<RowSource> read_csv(ByteSource& source, std::string name, char delimiter);

/// Guesses the delimiter of a CSV file from its header: whichever of , ; tab and | occurs most often outside
/// quotes; a comma if none does. `beginning`: the start of the file, including the header.
char csv_delimiter(std::string_view beginning);

/// A JSON array of objects, or a sequence of objects. `columns`: all members that occur (json_columns); one
/// missing from an object is NULL. true and false become 1 and 0, an array of byte values a blob, other
/// arrays and objects their JSON text.
std::unique_ptr<RowSource> read_json(ByteSource& source, const std::string& name,
                                     std::vector<std::string> columns);

/// The names of all members of all objects, in order of first occurrence. Reads the source to its end. Throws
/// invalid_input for names that SQLite considers the same column.
std::vector<std::string> json_columns(ByteSource& source, const std::string& name);

}  // namespace corral::d1
