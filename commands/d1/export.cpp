#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/result_file.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::string output;
  std::vector<std::string> tables;
  bool no_schema = false;
  bool no_data = false;
  bool skip_confirmation = false;
  std::optional<std::string> compatibility;
};

void run(const Options& options, Context& context) {
  if (options.no_schema && options.no_data) {
    throw Error(ErrorKind::usage, "--no-schema and --no-data together leave nothing to export");
  }
  if (options.output.empty())
    throw Error(ErrorKind::usage, "--output is empty", "give a file, or - for stdout");
  const std::unique_ptr<SqlDatabase> database =
      open_database(context, options.target, {.unrestricted = true});
  const std::unique_ptr<Progress> progress = context.out().progress("Exporting rows", 0, ProgressUnit::items);
  SqlDumpOptions dump{.schema = !options.no_schema, .data = !options.no_data, .tables = options.tables};
  dump.compatibility = options.compatibility;
  dump.pulse = [&](std::uint64_t rows) {
    context.check_interrupt();
    progress->update(rows);
  };
  dump.warn = [&](const std::string& sentence) { context.out().warning(sentence); };
  ResultFile file(context, options.output);
  database->dump(dump, file);
  file.commit();
  if (file.is_stdout()) {
    if (context.out().data_is_terminal()) context.out().data("\n");
    return;
  }
  if (context.out().for_person()) context.out().note(fmt::format("exported to {}", shown(options.output)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "name", Reach::state_folder_account);
  required(add_file(arguments, "--output", options->output, "File to write; - is standard output"));
  value_name(add_texts(arguments, "--table", options->tables, "Only this table; repeatable"), "TABLE");
  add_flag(arguments, "--no-schema", options->no_schema, "Rows only");
  add_flag(arguments, "--no-data", options->no_data, "Schema only");
  add_flag(arguments, "--skip-confirmation,-y", options->skip_confirmation,
           "Accepted for compatibility; no effect");
  add_choice(arguments, "--compatibility", options->compatibility, {"d1", "sqlite3_cli_only"},
             "What should load it, for D1's own export; a local one loads into both");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command export_database() {
  return {.names = {"export"},
          .summary = "Export a database as SQL",
          .examples = {"corral d1 export my-db --output backup.sql",
                       "corral d1 export my-db --output - --table users | gzip > users.sql.gz"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
