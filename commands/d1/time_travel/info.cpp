#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/d1/time_travel/timestamp.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::optional<std::string> timestamp;
};

/// The current state as a bookmark; takes a new one if the database has changed since the last.
Bookmark current(Context& context, const StateOptions& state, const Database& database) {
  if (auto bookmark = take_bookmark(context, state, database, "d1 time-travel")) return std::move(*bookmark);
  throw Error(ErrorKind::not_found,
              fmt::format("nothing was ever written to D1 database \"{}\"", shown(database.name)));
}

void run(const Options& options, Context& context) {
  const StateOptions& state = options.target.state;
  const Database database = find_database(context, options.target);
  if (D1History* const history = context.stores(state).d1_databases().history())
    history->check_kept(database.id);
  const Bookmark bookmark =
      options.timestamp
          ? bookmark_at(context, state, database, parse_timestamp(*options.timestamp, context.clock().now()))
          : current(context, state, database);
  Output& out = context.out();
  if (!out.for_person()) {
    out.data(json_text({{"bookmark", bookmark.id}}, 2) + "\n");
    return;
  }
  out.data(bookmark.id + "\n");
  out.note("to go back to it: " + way_back(context, state, options.target.name, bookmark));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  value_name(add_text(arguments, "--timestamp", options->timestamp,
                      "Point in time: seconds since 1970, or RFC 3339 (now)"),
             "TIME");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command time_travel_info() {
  return {.names = {"info"},
          .summary = "Show the bookmark of a database now or at a given time",
          .examples = {"corral d1 time-travel info my-db", "corral d1 time-travel info my-db --json"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
