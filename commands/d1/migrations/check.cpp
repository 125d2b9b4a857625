#include "migrations/check.hpp"

#include <memory>
#include <string>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/sql_copy/database_copy.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/check_report.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  bool with_data = false;
  bool allow_pending = false;
  bool allow_out_of_order = false;
  std::optional<std::string> format;
};

/// All of the database, for a trial: what is read of production stays out of readable files (sealed pages).
std::unique_ptr<SqlDatabase> copy_with_rows(Context& context, Stores& stores, const Database& database) {
  const std::unique_ptr<Progress> progress =
      context.out().progress("Copying rows of " + shown(database.name), 0, ProgressUnit::items);
  std::unique_ptr<SqlDatabase> copy = stores.d1().scratch({.create = true, .unrestricted = true});
  sql_copy::copy_database(*stores.d1().open(database.id, {.unrestricted = true}), *copy,
                          {.pulse =
                               [&](std::uint64_t rows) {
                                 context.check_interrupt();
                                 progress->update(rows);
                               },
                           .warn = [&](const std::string& sentence) { context.out().warning(sentence); }});
  copy->restrict_to_d1();
  return copy;
}

void run(const Options& options, Context& context) {
  MigrationProject project(context, options.target);
  Stores& stores = context.stores(options.target.state);
  D1Databases& databases = stores.d1_databases();
  const auto records = stores.migration_records().of(project.database().id);
  std::function<std::unique_ptr<SqlDatabase>()> make_copy_with_rows;
  if (options.with_data)
    make_copy_with_rows = [&] { return copy_with_rows(context, stores, project.database()); };
  const migrations::CheckReport report =
      migrations::check({.database = project.opened(),
                         .folder = project.folder(),
                         .records = records,
                         .keeps_records = databases.made_by_first_write(),
                         .allow_pending = options.allow_pending,
                         .allow_out_of_order = options.allow_out_of_order,
                         .make_scratch = [&stores] { return stores.d1().scratch(); },
                         .make_copy_with_rows = std::move(make_copy_with_rows),
                         .clock = context.clock(),
                         .pulse = [&context] { context.check_interrupt(); }});
  Output& out = context.out();
  const CheckedDatabase database{.name = project.database().name, .owner = databases.owner()};
  if (out.json_requested() || options.format == "json") {
    out.data(json_text(json_of(report, database), 2) + "\n");
  } else if (options.format == "markdown") {
    out.data(markdown_of(report, database));
  } else {
    out.data(text_of(report, database));
  }
  if (const int status = exit_status_of(report); status != 0) throw ExitStatus(status);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  add_flag(arguments, "--with-data", options->with_data, "Try pending ones on a copy with all rows");
  add_flag(arguments, "--allow-pending", options->allow_pending, "Pending migrations alone are status 0");
  add_flag(arguments, "--allow-out-of-order", options->allow_out_of_order,
           "Migrations that a later one has overtaken are no error");
  add_choice(arguments, "--format", options->format, {"text", "json", "markdown"},
             "How to print the report (default: text)");
  add_preview_option(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_check() {
  return {.names = {"check"},
          .summary = "Check everything about the migrations at once, for CI: status 0, 1 or 3",
          .examples = {"corral d1 migrations check my-db", "corral d1 migrations check my-db --with-data",
                       "corral d1 migrations check my-db --allow-pending --format markdown"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
