#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "commands/arguments.hpp"
#include "commands/d1/bookmark.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/time_travel/commands.hpp"
#include "commands/json_text.hpp"
#include "commands/readable.hpp"
#include "commands/table.hpp"

namespace corral::d1 {

namespace {

std::uint64_t bytes_of(const Bookmark& bookmark) {
  return std::uint64_t{bookmark.page_size} * bookmark.pages;
}

void run(const DatabaseOptions& options, Context& context) {
  const Database database = find_database(context, options);
  const std::vector<Bookmark> bookmarks = require_bookmarks(context, options.state).list(database.id);
  Output& out = context.out();
  if (!out.for_person()) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Bookmark& bookmark : bookmarks) {
      json.push_back({{"bookmark", bookmark.id},
                      {"taken_at", iso_time(bookmark.taken_at)},
                      {"unchanged_since", iso_time(bookmark.changed_at)},
                      {"before", bookmark.reason},
                      {"database_bytes", bytes_of(bookmark)},
                      {"new_bytes", bookmark.new_bytes}});
    }
    out.data(json_text(json, 2) + "\n");
    return;
  }
  Table table({{"taken (UTC)"},
               {"before"},
               {"size", Table::Align::right},
               {"new", Table::Align::right},
               {"bookmark"}});
  for (const Bookmark& bookmark : bookmarks) {
    table.add({readable_time(bookmark.taken_at), bookmark.reason, readable_size(bytes_of(bookmark)),
               readable_size(bookmark.new_bytes), bookmark.id});
  }
  table.print(out);
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<DatabaseOptions>();
  add_database_options(app, *options, "database");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command time_travel_list() {
  return {.names = {"list"},
          .summary = "List the bookmarks of a database, oldest first",
          .examples = {"corral d1 time-travel list my-db"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
