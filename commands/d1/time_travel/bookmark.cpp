#include <memory>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::d1 {

namespace {

void run(const DatabaseOptions& options, Context& context) {
  const Database database = find_database(context, options);
  const auto bookmark = take_bookmark(context, options.state, database, "d1 time-travel bookmark");
  if (!bookmark) {
    throw Error(ErrorKind::not_found,
                fmt::format("nothing was ever written to D1 database \"{}\"", shown(database.name)));
  }
  Output& out = context.out();
  if (out.for_person()) {
    out.data(bookmark->id + "\n");
    out.note("to go back to it: " + way_back(context, options.state, options.name, *bookmark));
    return;
  }
  out.data(json_text({{"bookmark", bookmark->id}, {"taken_at", iso_time(bookmark->taken_at)}}, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<DatabaseOptions>();
  add_database_options(arguments, *options, "database");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command time_travel_bookmark() {
  return {.names = {"bookmark"},
          .summary = "Take a bookmark of a database as it is now",
          .examples = {"corral d1 time-travel bookmark my-db"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
