#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/arguments.hpp"
#include "commands/confirm.hpp"
#include "commands/d1/bookmark.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/time_travel/commands.hpp"
#include "commands/json_text.hpp"
#include "commands/readable.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::optional<std::string> bookmark;
  std::optional<std::string> timestamp;
  bool skip_confirmation = false;
};

Bookmark find_bookmark(const Options& options, Context& context, const Database& database) {
  const StateOptions& state = options.target.state;
  if (options.timestamp) {
    return bookmark_at(context, state, database, parse_timestamp(*options.timestamp, context.clock().now()));
  }
  auto found = require_bookmarks(context, state).find(database.id, *options.bookmark);
  if (found) return std::move(*found);
  throw Error(
      ErrorKind::not_found,
      fmt::format("D1 database \"{}\" has no bookmark {}", shown(database.name), shown(*options.bookmark)),
      fmt::format("'corral d1 time-travel list {}' shows those there are", shown(options.target.name)));
}

void run(const Options& options, Context& context) {
  if (count_given({options.bookmark.has_value(), options.timestamp.has_value()}) != 1) {
    throw Error(ErrorKind::usage,
                options.bookmark ? "--bookmark and --timestamp exclude each other"
                                 : "it was not said where to go back to",
                "give --bookmark BOOKMARK, or --timestamp TIME");
  }
  const StateOptions& state = options.target.state;
  const Database database = find_database(context, options.target);
  const Bookmark to = find_bookmark(options, context, database);
  Output& out = context.out();
  // As with wrangler: --json asks nothing. What is replaced can be had back.
  confirm(context,
          fmt::format("Replace everything in D1 database \"{}\" by what it was at {}?", shown(database.name),
                      iso_time(to.taken_at)),
          "--skip-confirmation (-y)", options.skip_confirmation || out.json_requested());
  const auto previous = take_bookmark(context, state, database, "d1 time-travel restore");
  const std::unique_ptr<PageSource> pages = require_bookmarks(context, state).open(to, database.id);
  const std::uint64_t written = context.stores(state)
                                    .d1()
                                    .open(database.id, {.create = true, .unrestricted = true})
                                    ->replace_from(*pages);
  const std::string message = fmt::format("restored D1 database \"{}\" to {}: {} of {} pages differed",
                                          shown(database.name), iso_time(to.taken_at), written, to.pages);
  if (!out.for_person()) {
    nlohmann::ordered_json json;
    json["bookmark"] = to.id;
    json["previous_bookmark"] =
        previous ? nlohmann::ordered_json(previous->id) : nlohmann::ordered_json(nullptr);
    json["message"] = message;
    out.data(json_text(json, 2) + "\n");
    return;
  }
  out.note(message);
  if (previous) {
    out.note(fmt::format("to undo: corral d1 time-travel restore '{}' --bookmark={}",
                         shown(options.target.name), previous->id));
  }
}

Run declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_database_options(app, options->target, "database");
  value_name(add_text(app, "--bookmark", options->bookmark, "Bookmark to go back to"), "BOOKMARK");
  value_name(add_text(app, "--timestamp", options->timestamp,
                      "As it was then: seconds since 1970, or RFC 3339, within 30 days"),
             "TIME");
  add_flag(app, "--skip-confirmation,-y", options->skip_confirmation, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command time_travel_restore() {
  std::vector<LiveValues> values = database_values();
  values.push_back({"--bookmark", bookmark_values});
  return {.names = {"restore"},
          .summary = "Make a database what it was, also while wrangler dev has it open",
          .examples = {"corral d1 time-travel restore my-db --timestamp 2026-07-13T08:46:42Z"},
          .declare = declare,
          .live_values = std::move(values)};
}

}  // namespace corral::d1
