#include "commands/d1/time_travel/timestamp.hpp"

#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/text/moment.hpp"
#include "commands/text/readable.hpp"

namespace corral::d1 {

UnixMillis parse_timestamp(std::string_view text, UnixMillis now) {
  std::optional<UnixMillis> moment;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t most_seconds = 100'000'000'000;  // more are milliseconds
  if (error == std::errc() && end == text.data() + text.size()) {
    if (seconds >= 0) moment = seconds <= most_seconds ? seconds * 1000 : seconds;
  } else {
    moment = r2::moment_of(text);
  }
  if (!moment) {
    throw Error(ErrorKind::usage, fmt::format("--timestamp \"{}\" is not a valid time", shown(text)),
                "give seconds since 1970, or a time such as 2026-07-13T08:46:42.228Z");
  }
  if (*moment > now) {
    throw Error(ErrorKind::usage, fmt::format("--timestamp {} is in the future", iso_time(*moment)));
  }
  return *moment;
}

Bookmark bookmark_at(Context& context, const StateOptions& state, const Database& database,
                     UnixMillis moment) {
  if (D1History* const history = context.stores(state).d1_databases().history())
    return {.id = history->bookmark(database.id, moment)};
  // The current state may date back to that time.
  take_bookmark(context, state, database, "d1 time-travel");
  const std::vector<Bookmark> all = require_bookmarks(context, state).list(database.id).bookmarks;
  const Bookmark* before = nullptr;
  for (const Bookmark& bookmark : all) {
    if (bookmark.changed_at <= moment && moment <= bookmark.taken_at) return bookmark;
    if (bookmark.taken_at <= moment) before = &bookmark;
  }
  if (before == nullptr) {
    throw Error(ErrorKind::not_found,
                fmt::format("no bookmark of D1 database \"{}\" goes back to {}", shown(database.name),
                            iso_time(moment)),
                all.empty() ? "corral takes one before a change that may have to be undone"
                            : fmt::format("the oldest is from {}", iso_time(all.front().taken_at)));
  }
  context.out().note(fmt::format(
      "the nearest bookmark before {} is of {}; what was written in between, if anything was, is not in it",
      iso_time(moment), iso_time(before->taken_at)));
  return *before;
}

std::vector<std::string> bookmark_values(Context& context, const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  std::vector<std::string> ids;
  for (const Database& database : known_databases(context, state)) {
    for (Bookmark& bookmark : require_bookmarks(context, state).list(database.id).bookmarks) {
      if (bookmark.id.starts_with(request.prefix)) ids.push_back(std::move(bookmark.id));
    }
  }
  return ids;
}

}  // namespace corral::d1
