#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/sql_database.hpp"

namespace corral {

class Arguments;

class Output;

/// How a command line wants the rows of a batch to be printed.
struct ResultStyle {
  std::optional<std::string> format;  ///< --format: json, ndjson, csv, table or raw
  bool meta = false;                  ///< --meta: more in the JSON's meta
};

/// Adds --format and --meta to a command.
void add_result_options(Arguments& arguments, ResultStyle& style);

/// Prints the results of a batch while it runs.
class ResultPrinter : public SqlResults {
 public:
  /// The batch has ended well: prints what was held back.
  virtual void finish() = 0;

  /// What fits the options and the terminal: wrangler's JSON in a pipe and with --json, a table for a person.
  ///
  /// json holds everything back until the batch has succeeded (in memory, then in a temporary file), so that
  /// a batch that fails prints no half answer; the others print each row at once and need no more memory for
  /// more rows.
  static std::unique_ptr<ResultPrinter> make(const ResultStyle& style, Output& out);
};

}  // namespace corral
