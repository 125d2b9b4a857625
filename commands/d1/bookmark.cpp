#include "commands/d1/bookmark.hpp"

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/file_stamp.hpp"
#include "backends/text.hpp"

namespace corral::d1 {

BookmarkStore& require_bookmarks(Context& context, const StateOptions& state) {
  BookmarkStore* const bookmarks = context.stores(state).bookmarks();
  if (bookmarks != nullptr) return *bookmarks;
  throw Error(ErrorKind::unavailable, "time travel is off (CORRAL_TIME_TRAVEL=off)", "unset that variable");
}

std::optional<Bookmark> take_bookmark(Context& context, const StateOptions& state, const Database& database,
                                      std::string_view reason) {
  BookmarkStore& bookmarks = require_bookmarks(context, state);
  Stores& stores = context.stores(state);
  const FileStamp stamp = database_stamp(stores.file_of(ResourceKind::d1_database, database.id));
  if (stamp.text.empty()) return std::nullopt;
  const UnixMillis now = context.clock().now();
  auto newest = bookmarks.newest(database.id);
  if (newest && newest->stamp == stamp.text && newest->taken_at > now - bookmark_good_for) return newest;
  const std::unique_ptr<SqlDatabase> opened = stores.d1().open(database.id, {.unrestricted = true});
  const std::unique_ptr<PageSource> pages = opened->pages();
  return bookmarks.take({.database_id = database.id,
                         .now = now,
                         .changed_at = stamp.changed_at,
                         .reason = reason,
                         .stamp = stamp.settled(now) ? std::string_view(stamp.text) : std::string_view()},
                        *pages);
}

void bookmark_before(Context& context, const StateOptions& state, const Database& database,
                     std::string_view reason) {
  if (context.stores(state).bookmarks() == nullptr) return;
  try {
    take_bookmark(context, state, database, reason);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    context.out().warning(fmt::format("no bookmark of D1 database \"{}\" was taken: {}", shown(database.name),
                                      error.message()));
  }
}

}  // namespace corral::d1
