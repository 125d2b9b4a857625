#pragma once

#include <optional>
#include <string>

#include "backends/sql_database.hpp"
#include "commands/sql/parameters.hpp"
#include "commands/sql/result_printer.hpp"

namespace corral {

class Arguments;
class Context;

/// The options shared by commands that run SQL: `d1 execute`, `do sql`.
struct BatchOptions {
  std::optional<std::string> command;  ///< --command
  std::optional<std::string> file;     ///< --file; - is standard input
  ParameterOptions parameters;
  ResultStyle style;
  bool timing = false;        ///< --timing
  bool unrestricted = false;  ///< --unrestricted
};

/// Adds these options to a command.
void add_batch_options(Arguments& arguments, BatchOptions& options);

/// Opens the database and runs the batch, once it is known whether it only reads.
using RunBatch = std::function<void(const SqlBatch& batch, SqlResults& results, bool only_reads)>;

/// Reads the SQL from the options, runs it as one transaction and prints the results. Throws usage unless
/// exactly one of --command and --file is given, invalid_input if the file is an SQLite database.
void run_batch(const BatchOptions& options, Context& context, const RunBatch& run);

}  // namespace corral
