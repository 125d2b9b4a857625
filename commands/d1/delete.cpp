#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  bool skip_confirmation = false;
  bool no_backup = false;
};

std::string contents_of(SqlBackend& backend, const Database& database) {
  const SqlDatabaseInfo info = backend.open(database.id, {.unrestricted = true})->info(true);
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
  for (const SqlSchemaItem& item : info.schema) {
    if (!item.rows) continue;
    ++tables;
    rows += *item.rows;
  }
  return fmt::format("{} table{} and {} row{}", tables, tables == 1 ? "" : "s", rows, rows == 1 ? "" : "s");
}

void run(const Options& options, Context& context) {
  Database database = find_database(context, options.target);
  Stores& stores = context.stores(options.target.state);
  // A database in the config may have been created locally as well.
  database.made_here = stores.registry().find_id(ResourceKind::d1_database, database.id);
  const bool stored = stores.d1().is_stored(database.id);
  std::string contents = "nothing in it yet";
  if (stored) {
    try {
      contents = contents_of(stores.d1(), database);
    } catch (const Error& error) {
      // A damaged database can be deleted too; a bookmark of it would be useless.
      if (error.kind() != ErrorKind::corrupt || !options.no_backup) throw;
      contents = "damaged contents";
    }
  }
  confirm(context, fmt::format("Delete D1 database \"{}\" with {}?", shown(database.name), contents),
          "--skip-confirmation (-y)", options.skip_confirmation);
  std::optional<Bookmark> bookmark;
  if (!options.no_backup)
    bookmark = require_bookmark_before(context, options.target.state, database, "d1 delete");
  stores.d1().drop(database.id);
  if (InsightLog* const log = stores.insights()) log->forget(database.id);
  // Keep the records only if a bookmark can bring the database back.
  if (!bookmark) stores.migration_records().forget(database.id);
  if (stores.registry().remove(ResourceKind::d1_database, database.id)) {
    context.out().note(fmt::format("deleted D1 database \"{}\" with {}", shown(database.name), contents));
  } else {
    context.out().note(
        fmt::format("emptied D1 database \"{}\" of {}; its entry in the config is yours to remove",
                    shown(database.name), contents));
  }
  if (bookmark) context.out().note("to have it back: " + way_back(database.name, *bookmark));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "name");
  add_flag(arguments, "--skip-confirmation,-y", options->skip_confirmation, "Do not ask");
  add_flag(arguments, "--no-backup", options->no_backup,
           "Do not take a bookmark first; cannot be undone");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command delete_database() {
  return {.names = {"delete"},
          .summary = "Delete a database; a bookmark of it is kept",
          .examples = {"corral d1 delete my-db", "corral d1 delete my-db -y --no-backup"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
