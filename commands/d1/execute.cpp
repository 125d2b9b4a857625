#include <memory>
#include <string>

#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/database_runner.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/sql/batch_command.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  BatchOptions batch;
  bool yes = false;
};

void run(const Options& options, Context& context) {
  DatabaseRunner runner(context, options.target.state, find_database(context, options.target),
                        options.batch.unrestricted);
  run_batch(options.batch, context, [&](const SqlBatch& batch, SqlResults& results, bool only_reads) {
    if (only_reads) context.out().only_reads();
    if (options.batch.file && !only_reads)
      bookmark_before(context, options.target.state, runner.database(), "d1 execute --file");
    runner.run(batch, results, only_reads);
  });
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  add_batch_options(arguments, options->batch);
  add_flag(arguments, "--yes,-y", options->yes, "Accepted for compatibility; no effect");
  add_preview_option(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command execute() {
  return {.names = {"execute"},
          .silent_names = {"query"},
          .summary = "Run SQL: one statement or many, in one transaction",
          .examples = {"corral d1 execute my-db --command 'SELECT 1 AS one'",
                       "corral d1 execute my-db --command 'SELECT :name AS name' --param name=Ada",
                       "corral d1 execute my-db --file schema.sql",
                       "sqlite3 old.sqlite .dump | corral d1 execute my-db --file -",
                       "corral d1 execute my-db --command 'SELECT * FROM users' --format csv > users.csv"},
          .declare = declare,
          .live_values = database_values(),
          .errors_as_data = true};
}

}  // namespace corral::d1
