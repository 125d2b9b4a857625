#pragma once

#include <optional>
#include <string>

#include "backends/sql_database.hpp"
#include "commands/sql/parameters.hpp"
#include "commands/sql/result_printer.hpp"

namespace corral {

class Arguments;
class Context;

/// What a command that runs SQL takes: `d1 execute`, `do sql`.
struct BatchOptions {
  std::optional<std::string> command;  ///< --command
  std::optional<std::string> file;     ///< --file; - is standard input
  ParameterOptions parameters;
  ResultStyle style;
  bool timing = false;        ///< --timing
  bool unrestricted = false;  ///< --unrestricted
};

/// Adds them to a command.
void add_batch_options(Arguments& arguments, BatchOptions& options);

/// Who runs the batch once it is known whether it only reads: opens the database and calls its run.
using RunBatch = std::function<void(const SqlBatch& batch, SqlResults& results, bool only_reads)>;

/// Reads the SQL that the options name, runs it as one transaction and prints the results. Throws usage
/// unless exactly one of --command and --file is given, invalid_input for a file that is an SQLite database.
void run_batch(const BatchOptions& options, Context& context, const RunBatch& run);

}  // namespace corral
