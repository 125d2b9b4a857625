#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/page_source.hpp"
#include "backends/registry.hpp"

namespace corral {

/// A point-in-time copy of a database that time travel can restore.
struct Bookmark {
  /// In D1's format, "00000001-0000019a-bd2c31f0-" and 32 hex digits: its sequence number within the
  /// database, its time, and a content hash. Ids of one database sort by time.
  std::string id = {};
  UnixMillis taken_at = 0;
  UnixMillis changed_at = 0;  ///< last write before the bookmark; the content is unchanged since
  std::string reason = {};    ///< the operation it was taken before: "d1 execute --file"
  std::string stamp = {};     ///< the database's FileStamp when it was taken; empty: do not rely on it
  std::uint32_t page_size = 0;
  std::uint32_t pages = 0;
  std::uint64_t new_bytes = 0;  ///< size of the pages not shared with an earlier bookmark

  // Needed to bring back a deleted database. Not set in bookmarks taken by older versions.
  std::string database_id = {};
  std::string database_name = {};           ///< for display; empty if it had none
  std::optional<Resource> registered = {};  ///< its registry entry, if it was created locally
};

/// A bookmark that exists but cannot be used.
struct DamagedBookmark {
  UnixMillis taken_at = 0;
  std::string what;  ///< a sentence without a final period
};

struct BookmarkList {
  std::vector<Bookmark> bookmarks;       ///< oldest first
  std::vector<DamagedBookmark> damaged;  ///< records that cannot be read
};

struct BookmarkRequest {
  std::string_view database_id;
  std::string_view database_name = {};
  std::optional<Resource> registered = {};
  UnixMillis now = 0;
  UnixMillis changed_at = 0;
  std::string_view reason;
  std::string_view stamp;
};

/// The bookmarks of all databases of one state folder. Pages are deduplicated across all bookmarks and
/// databases, so a bookmark takes roughly the space of what has changed since the previous one. Bookmarks
/// older than `bookmark_retention` are removed when a new one is taken. Every change is durable and atomic:
/// an interrupted bookmark is discarded, and the next `take` or `prune` reclaims its pages. Reading an empty
/// store creates no files. A damaged bookmark does not affect the others. Throws busy, corrupt, io.
class BookmarkStore {
 public:
  virtual ~BookmarkStore() = default;

  /// Stores all pages, then prunes. If the database's newest bookmark has the same content and is younger
  /// than `bookmark_good_for`, updates its database name and returns it instead.
  virtual Bookmark take(const BookmarkRequest& request, PageSource& pages) = 0;

  /// The newest readable bookmark.
  virtual std::optional<Bookmark> newest(std::string_view database_id) = 0;

  /// nullopt if there is no such bookmark; throws corrupt if it is damaged.
  virtual std::optional<Bookmark> find(std::string_view database_id, std::string_view id) = 0;

  virtual BookmarkList list(std::string_view database_id) = 0;
  /// The bookmarks of all databases.
  virtual BookmarkList list_all() = 0;

  /// The pages of a bookmark. `page` throws corrupt if the page is damaged or has since been pruned.
  virtual std::unique_ptr<PageSource> open(const Bookmark& bookmark, std::string_view database_id) = 0;

  /// Removes, for all databases, expired bookmarks and unfinished ones started before `now` -
  /// `unfinished_for`; returns how many. `dry_run`: counts only. Damaged bookmarks stay.
  virtual std::uint64_t prune(UnixMillis now, UnixMillis unfinished_for, bool dry_run) = 0;

  /// Verifies that the pages of every bookmark exist and, with `deep`, their content. `pulse` is called
  /// periodically; throwing from it cancels the check.
  virtual void check(bool deep, const std::function<void()>& pulse,
                     const std::function<void(const DamagedBookmark&)>& report) = 0;

  /// Removes every bookmark that `check` would report, and pages no other bookmark uses. Returns the number
  /// of bookmarks removed.
  virtual std::uint64_t remove_damaged() = 0;
};

/// Unfinished bookmarks older than this (10 minutes, in ms) count as interrupted.
inline constexpr UnixMillis bookmark_unfinished_for = UnixMillis{10} * 60 * 1000;

/// How far back D1's time travel reaches: 30 days, in ms.
inline constexpr UnixMillis bookmark_retention = UnixMillis{30} * 24 * 60 * 60 * 1000;

/// Retaken after this long (24 h, in ms) even if nothing has changed, so that a recent state is never covered
/// only by a bookmark about to expire.
inline constexpr UnixMillis bookmark_good_for = UnixMillis{24} * 60 * 60 * 1000;

}  // namespace corral
