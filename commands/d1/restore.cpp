#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::string file;
  bool skip_confirmation = false;
  bool no_backup = false;
};

void run(const Options& options, Context& context) {
  const Database database = find_database(context, options.target);
  Stores& stores = context.stores(options.target.state);
  const bool replaces = stores.d1().is_stored(database.id);
  if (replaces) {
    confirm(context, fmt::format("Replace everything in D1 database \"{}\"?", shown(database.name)),
            "--skip-confirmation (-y)", options.skip_confirmation);
  }
  std::optional<Bookmark> before;
  if (!options.no_backup)
    before = require_bookmark_before(context, options.target.state, database, "d1 restore");
  stores.d1().open(database.id, {.create = true, .unrestricted = true})->replace_from(options.file);
  context.out().note(fmt::format("restored D1 database \"{}\"", shown(database.name)));
  if (before)
    context.out().note("what it held before: " +
                       way_back(context, options.target.state, database.name, *before));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database");
  required(add_file(arguments, "file", options->file, "A SQLite file"));
  add_flag(arguments, "--skip-confirmation,-y", options->skip_confirmation, "Do not ask");
  add_flag(arguments, "--no-backup", options->no_backup, "Do not take a bookmark of the replaced database");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command restore() {
  return {.names = {"restore"},
          .summary = "Replace a database with a SQLite file, even while wrangler dev has it open",
          .examples = {"corral d1 restore my-db copy.sqlite -y"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
