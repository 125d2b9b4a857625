#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/sql_database.hpp"

namespace corral {

class Arguments;

class Output;

/// How to print the rows of a batch.
struct ResultStyle {
  std::optional<std::string> format;  ///< --format: json, ndjson, csv, table or raw
  bool meta = false;                  ///< --meta: more in the JSON's meta
};

/// Adds --format and --meta to a command.
void add_result_options(Arguments& arguments, ResultStyle& style);

/// Prints the results of a batch while it runs.
class ResultPrinter : public SqlResults {
 public:
  /// Called when the batch has succeeded: prints what was held back.
  virtual void finish() = 0;

  /// The printer for the options and the terminal: wrangler's JSON in a pipe and with --json, a table for a
  /// person.
  ///
  /// json holds everything back until the batch has succeeded (in memory, then in a temporary file), so that
  /// a failing batch prints no partial results; the others print each row immediately, in constant memory.
  static std::unique_ptr<ResultPrinter> make(const ResultStyle& style, Output& out);
};

}  // namespace corral
