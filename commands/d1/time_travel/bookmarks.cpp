#include "commands/d1/time_travel/bookmarks.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "backends/files/file_stamp.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::d1 {

BookmarkStore& require_bookmarks(Context& context, const StateOptions& state) {
  BookmarkStore* const bookmarks = context.stores(state).bookmarks();
  if (bookmarks != nullptr) return *bookmarks;
  throw Error(ErrorKind::unavailable, "time travel is off (CORRAL_TIME_TRAVEL=off)", "unset that variable");
}

namespace {

/// Whether restoring the bookmark would also restore the database's current registry entry.
bool names(const Bookmark& bookmark, const Database& database) {
  return bookmark.database_id == database.id && bookmark.database_name == database.name &&
         (bookmark.registered || !database.made_here);
}

}  // namespace

std::optional<Bookmark> take_bookmark(Context& context, const StateOptions& state, const Database& database,
                                      std::string_view reason) {
  Stores& stores = context.stores(state);
  if (D1History* const history = stores.d1_databases().history())
    return Bookmark{.id = history->bookmark(database.id, std::nullopt)};
  BookmarkStore& bookmarks = require_bookmarks(context, state);
  const FileStamp stamp = database_stamp(stores.file_of(ResourceKind::d1_database, database.id));
  if (stamp.text.empty()) return std::nullopt;
  const UnixMillis now = context.clock().now();
  auto newest = bookmarks.newest(database.id);
  if (newest && newest->stamp == stamp.text && newest->taken_at > now - bookmark_good_for &&
      names(*newest, database)) {
    return newest;
  }
  const std::unique_ptr<SqlDatabase> opened = stores.d1().open(database.id, {.unrestricted = true});
  const std::unique_ptr<PageSource> pages = opened->pages();
  return bookmarks.take({.database_id = database.id,
                         .database_name = database.name,
                         .registered = database.made_here,
                         .now = now,
                         .changed_at = stamp.changed_at,
                         .reason = reason,
                         .stamp = stamp.settled(now) ? std::string_view(stamp.text) : std::string_view()},
                        *pages);
}

std::optional<Bookmark> bookmark_before(Context& context, const StateOptions& state, const Database& database,
                                        std::string_view reason) {
  // Also nullptr where the past is kept without being asked to.
  if (context.stores(state).bookmarks() == nullptr) return std::nullopt;
  try {
    return take_bookmark(context, state, database, reason);
  } catch (const UnknownOutcome& error) {
    context.out().warning(fmt::format("a bookmark of D1 database \"{}\" may or may not have been taken: {}",
                                      shown(database.name), error.reason()));
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    context.out().warning(fmt::format("no bookmark of D1 database \"{}\" was taken: {}", shown(database.name),
                                      error.message()));
    return std::nullopt;
  }
}

namespace {

/// Where the past is kept anyway, not to learn the bookmark is no reason to stop.
std::optional<Bookmark> kept_bookmark(Context& context, const StateOptions& state, const Database& database,
                                      std::string_view reason) {
  try {
    return take_bookmark(context, state, database, reason);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    context.out().warning(
        fmt::format("the bookmark of D1 database \"{}\" is not known ({}); 'corral d1 time-travel restore' "
                    "takes a --timestamp, too",
                    shown(database.name), error.message()));
    return std::nullopt;
  }
}

}  // namespace

std::optional<Bookmark> require_bookmark_before(Context& context, const StateOptions& state,
                                                const Database& database, std::string_view reason) {
  Stores& stores = context.stores(state);
  if (!stores.d1().is_stored(database.id)) return std::nullopt;
  if (stores.d1_databases().history() != nullptr) return kept_bookmark(context, state, database, reason);
  if (stores.bookmarks() == nullptr) {
    context.out().warning(fmt::format(
        "CORRAL_TIME_TRAVEL=off: no bookmark of D1 database \"{}\" is taken, so this cannot be undone",
        shown(database.name)));
    return std::nullopt;
  }
  try {
    return take_bookmark(context, state, database, reason);
  } catch (const UnknownOutcome& error) {
    throw Error(
        error.kind(),
        fmt::format("a bookmark of D1 database \"{}\" may or may not have been taken, so nothing else "
                    "was done: {}",
                    shown(database.name), error.reason()),
        "run the command again; --no-backup goes on without a way back");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    throw Error(error.kind(),
                fmt::format("no bookmark of D1 database \"{}\" could be taken, so nothing was done: {}",
                            shown(database.name), error.message()),
                error.hint().empty() ? "--no-backup goes on without a way back"
                                     : error.hint() + "; or --no-backup goes on without a way back");
  }
}

Restored restore_bookmark(Context& context, const StateOptions& state, const Database& database,
                          const Bookmark& to) {
  Restored restored;
  restored.previous = take_bookmark(context, state, database, "d1 time-travel restore");
  const std::string& source = to.database_id.empty() ? database.id : to.database_id;
  const std::unique_ptr<PageSource> pages = require_bookmarks(context, state).open(to, source);
  restored.pages_written = context.stores(state)
                               .d1()
                               .open(database.id, {.create = true, .unrestricted = true})
                               ->replace_from(*pages);
  return restored;
}

std::string way_back(Context& context, const StateOptions& state, std::string_view database,
                     const Bookmark& bookmark) {
  return fmt::format("corral d1 time-travel restore '{}' --bookmark={}{}", shown(database), bookmark.id,
                     place_flag(context, state));
}

std::vector<Bookmark> bookmarks_of_deleted(Context& context, const StateOptions& state,
                                           std::string_view name) {
  std::vector<Bookmark> found = require_bookmarks(context, state).list_all().bookmarks;
  std::erase_if(found, [&](const Bookmark& one) {
    return !one.registered || (one.database_name != name && one.database_id != name);
  });
  Registry& registry = context.stores(state).registry();
  std::erase_if(found, [&](const Bookmark& one) {
    return registry.find_id(ResourceKind::d1_database, one.database_id).has_value();
  });
  return found;
}

Database database_of(const Bookmark& bookmark) {
  Database database;
  database.id = bookmark.database_id;
  database.name = bookmark.database_name;
  database.made_here = bookmark.registered;
  return database;
}

}  // namespace corral::d1
