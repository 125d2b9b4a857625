#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/d1/time_travel/timestamp.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::optional<std::string> bookmark;
  std::optional<std::string> timestamp;
  bool skip_confirmation = false;
};

/// The bookmark to restore and its target.
struct Travel {
  Database database;
  Bookmark to;
};

/// The latest match: by id, or of the latest deletion.
std::optional<Bookmark> last_that_fits(std::vector<Bookmark> bookmarks,
                                       const std::optional<std::string>& id) {
  if (id) std::erase_if(bookmarks, [&](const Bookmark& one) { return one.id != *id; });
  if (bookmarks.empty()) return std::nullopt;
  return std::move(bookmarks.back());
}

/// A deleted, locally created database is known only from its bookmarks.
std::optional<Travel> find_deleted(const Options& options, Context& context) {
  const StateOptions& state = options.target.state;
  auto last = last_that_fits(bookmarks_of_deleted(context, state, options.target.name), options.bookmark);
  if (!last) return std::nullopt;
  Travel travel{.database = database_of(*last), .to = std::move(*last)};
  if (options.timestamp) {
    travel.to = bookmark_at(context, state, travel.database,
                            parse_timestamp(*options.timestamp, context.clock().now()));
  }
  return travel;
}

std::optional<Bookmark> find_bookmark(const Options& options, Context& context, const Database& database) {
  const StateOptions& state = options.target.state;
  if (options.timestamp)
    return bookmark_at(context, state, database, parse_timestamp(*options.timestamp, context.clock().now()));
  if (auto found = require_bookmarks(context, state).find(database.id, *options.bookmark)) return found;
  // A new database can be restored to the state of a deleted one of the same name.
  return last_that_fits(bookmarks_of_deleted(context, state, database.name), options.bookmark);
}

Travel find_travel(const Options& options, Context& context) {
  std::optional<Database> database;
  try {
    database = find_database(context, options.target);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || context.stores(options.target.state).bookmarks() == nullptr)
      throw;
    if (auto deleted = find_deleted(options, context)) return std::move(*deleted);
    throw;
  }
  if (auto bookmark = find_bookmark(options, context, *database))
    return {.database = std::move(*database), .to = std::move(*bookmark)};
  throw Error(
      ErrorKind::not_found,
      fmt::format("D1 database \"{}\" has no bookmark {}", shown(database->name), shown(*options.bookmark)),
      fmt::format("'corral d1 time-travel list {}' shows those there are", shown(options.target.name)));
}

/// The registry entry to recreate for a deleted database; nullopt if it needs none. Throws conflict if its
/// name is taken.
std::optional<Resource> entry_to_add(const Travel& travel, Registry& registry) {
  const std::optional<Resource>& entry = travel.to.registered;
  if (!entry || entry->id != travel.database.id) return std::nullopt;
  if (registry.find_id(ResourceKind::d1_database, entry->id)) return std::nullopt;
  if (registry.find_name(ResourceKind::d1_database, entry->name)) {
    throw Error(ErrorKind::conflict,
                fmt::format("another D1 database is named \"{}\" by now", shown(entry->name)),
                "to make that one what the bookmark holds, give its name in place of the id");
  }
  return entry;
}

/// Goes back in a past that is kept without bookmarks of ours.
void restore_kept(const Options& options, Context& context, D1History& history) {
  const StateOptions& state = options.target.state;
  const Database database = find_database(context, options.target);
  history.check_kept(database.id);
  const std::string bookmark =
      options.bookmark
          ? *options.bookmark
          : history.bookmark(database.id, parse_timestamp(*options.timestamp, context.clock().now()));
  Output& out = context.out();
  confirm(context,
          fmt::format("Replace everything in D1 database {} by what it was at bookmark {}?",
                      in_question(context, state, database), shown(bookmark)),
          "--skip-confirmation (-y)", options.skip_confirmation || out.json_requested());
  const Json answer = parse_json(history.restore(database.id, bookmark), "the answer");
  if (!out.for_person()) {
    out.data(json_text(answer, 2) + "\n");
    return;
  }
  out.note(fmt::format("restored D1 database {} to bookmark {}", in_question(context, state, database),
                       shown(bookmark)));
  const auto* const previous = answer.find("previous_bookmark");
  if (previous != answer.end() && previous->is_string())
    out.note("to undo: " +
             way_back(context, state, options.target.name, {.id = previous->get<std::string>()}));
}

void run(const Options& options, Context& context) {
  if (count_given({options.bookmark.has_value(), options.timestamp.has_value()}) != 1) {
    throw Error(ErrorKind::usage,
                options.bookmark ? "--bookmark and --timestamp exclude each other"
                                 : "it was not said where to go back to",
                "give --bookmark BOOKMARK, or --timestamp TIME");
  }
  const StateOptions& state = options.target.state;
  Stores& stores = context.stores(state);
  if (D1History* const history = stores.d1_databases().history()) {
    restore_kept(options, context, *history);
    return;
  }
  const Travel travel = find_travel(options, context);
  const Database& database = travel.database;
  const Bookmark& to = travel.to;
  const std::optional<Resource> entry = entry_to_add(travel, stores.registry());
  Output& out = context.out();
  // Like wrangler, --json does not prompt. The replaced state remains restorable.
  if (stores.d1().is_stored(database.id)) {
    confirm(context,
            fmt::format("Replace everything in D1 database \"{}\" by what it was at {}?",
                        shown(database.name), iso_time(to.taken_at)),
            "--skip-confirmation (-y)", options.skip_confirmation || out.json_requested());
  }
  const auto [previous, written] = restore_bookmark(context, state, database, to);
  if (entry) stores.registry().add(*entry);
  const std::string message = fmt::format("restored D1 database \"{}\" to {}: {} of {} pages differed",
                                          shown(database.name), iso_time(to.taken_at), written, to.pages);
  if (!out.for_person()) {
    Json json;
    json["bookmark"] = to.id;
    json["previous_bookmark"] = previous ? Json(previous->id) : Json(nullptr);
    json["message"] = message;
    out.data(json_text(json, 2) + "\n");
    return;
  }
  out.note(message);
  if (previous) out.note("to undo: " + way_back(context, state, options.target.name, *previous));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  value_name(add_text(arguments, "--bookmark", options->bookmark, "Bookmark to restore"), "BOOKMARK");
  value_name(add_text(arguments, "--timestamp", options->timestamp,
                      "Point in time: seconds since 1970, or RFC 3339, within 30 days"),
             "TIME");
  add_flag(arguments, "--skip-confirmation,-y", options->skip_confirmation, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command time_travel_restore() {
  std::vector<LiveValues> values = database_values();
  values.push_back({"--bookmark", bookmark_values});
  return {.names = {"restore"},
          .summary = "Restore a database to a bookmark, even while wrangler dev has it open",
          .examples = {"corral d1 time-travel restore my-db --timestamp 2026-07-13T08:46:42Z"},
          .declare = declare,
          .live_values = std::move(values)};
}

}  // namespace corral::d1
