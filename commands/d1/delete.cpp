#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
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

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string contents_of(const Options& options, Stores& stores, const Database& database) {
  if (!stores.d1().is_stored(database.id)) return "nothing in it yet";
  try {
    const std::optional<D1Totals> totals = stores.d1_databases().totals(database.id);
    if (!totals) return "everything in it";
    return counted(totals->tables, "table") + " and " + counted(totals->rows, "row");
  } catch (const Error& error) {
    // A damaged database can be deleted too; a bookmark of it would be useless.
    if (error.kind() != ErrorKind::corrupt || !options.no_backup) throw;
    return "damaged contents";
  }
}

void run(const Options& options, Context& context) {
  const StateOptions& state = options.target.state;
  Database database = find_database(context, options.target);
  Stores& stores = context.stores(state);
  D1Databases& databases = stores.d1_databases();
  // A database in the config may have been created locally as well.
  if (database.config != nullptr && databases.made_by_first_write()) {
    if (auto registered = databases.find(database.id)) database.made_here = std::move(registered->registered);
  }
  const std::string contents = contents_of(options, stores, database);
  confirm(context,
          fmt::format("Delete D1 database {} with {}?", in_question(context, state, database), contents),
          "--skip-confirmation (-y)", options.skip_confirmation);
  std::optional<Bookmark> bookmark;
  // What a service remembers of a database goes with it.
  if (!options.no_backup && databases.history() == nullptr)
    bookmark = require_bookmark_before(context, state, database, "d1 delete");
  const bool gone = databases.remove(database.id);
  // Keep the records only if a bookmark can bring the database back.
  if (!bookmark) stores.migration_records().forget(database.id);
  context.out().note(
      gone ? fmt::format("deleted D1 database {} with {}", in_question(context, state, database), contents)
           : fmt::format("emptied D1 database \"{}\" of {}; its entry in the config is yours to remove",
                         shown(database.name), contents));
  if (bookmark) context.out().note("to have it back: " + way_back(context, state, database.name, *bookmark));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "name", Reach::state_folder_account);
  add_flag(arguments, "--skip-confirmation,-y", options->skip_confirmation, "Do not ask");
  add_flag(arguments, "--no-backup", options->no_backup, "Do not take a bookmark first; cannot be undone");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command delete_database() {
  return {.names = {"delete"},
          .summary = "Delete a database; locally, a bookmark of it is kept",
          .examples = {"corral d1 delete my-db", "corral d1 delete my-db -y --no-backup"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
