#include "commands/sql/result_printer.hpp"

#include "commands/command/arguments.hpp"
#include "commands/command/output.hpp"
#include "commands/sql/json_results.hpp"
#include "commands/sql/line_results.hpp"
#include "commands/sql/table_results.hpp"

namespace corral {

void add_result_options(Arguments& arguments, ResultStyle& style) {
  add_choice(arguments, "--format", style.format, {"json", "ndjson", "csv", "table", "raw"},
             "Output format (a table on a terminal, else json)");
  add_flag(arguments, "--meta", style.meta,
           "JSON that includes changes, last_row_id, rows_read and rows_written");
}

std::unique_ptr<ResultPrinter> ResultPrinter::make(const ResultStyle& style, Output& out) {
  const std::string format = style.format.value_or(out.for_person() ? "table" : "json");
  if (format == "ndjson") return std::make_unique<NdjsonResults>(out);
  if (format == "csv") return std::make_unique<CsvResults>(out);
  if (format == "raw") return std::make_unique<RawResults>(out);
  if (format == "table") return std::make_unique<TableResults>(out);
  return std::make_unique<JsonResults>(out, style.meta);
}

}  // namespace corral
