#include <memory>

#include "backends/bytes/text.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

void run(const DatabaseOptions& options, Context& context) {
  const Database database = find_database(context, options);
  const std::string file =
      context.stores(options.state).file_of(ResourceKind::d1_database, database.id).native();
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(json_text({{"file", file}}, 2) + "\n");
  } else {
    out.data((out.data_is_terminal() ? shown(file) : file) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<DatabaseOptions>();
  add_database_options(arguments, *options, "database");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command path() {
  return {.names = {"path"},
          .summary = "Print the path of the database file, for other SQLite tools",
          .examples = {"corral d1 path my-db", "sqlite3 \"$(corral d1 path my-db)\" .tables"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
