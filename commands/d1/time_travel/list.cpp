#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::d1 {

namespace {

std::uint64_t bytes_of(const Bookmark& bookmark) {
  return std::uint64_t{bookmark.page_size} * bookmark.pages;
}

/// The bookmarks of the database and of deleted ones with its name.
BookmarkList find_bookmarks(const DatabaseOptions& options, Context& context) {
  BookmarkList list;
  list.bookmarks = bookmarks_of_deleted(context, options.state, options.name);
  try {
    BookmarkList own = require_bookmarks(context, options.state).list(find_database(context, options).id);
    list.damaged = std::move(own.damaged);
    list.bookmarks.insert(list.bookmarks.end(), own.bookmarks.begin(), own.bookmarks.end());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || list.bookmarks.empty()) throw;
  }
  return list;
}

void print(const std::vector<Bookmark>& bookmarks, Output& out) {
  if (!out.for_person()) {
    Json json = Json::array();
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

void run(const DatabaseOptions& options, Context& context) {
  const BookmarkList list = find_bookmarks(options, context);
  print(list.bookmarks, context.out());
  if (list.damaged.empty()) return;
  throw Error(ErrorKind::corrupt,
              fmt::format("{} bookmark{} cannot be read: {}", list.damaged.size(),
                          list.damaged.size() == 1 ? "" : "s", list.damaged.front().what),
              "'corral state repair' removes what is damaged");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<DatabaseOptions>();
  add_database_options(arguments, *options, "database");
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
