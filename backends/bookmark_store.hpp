#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/kv_store.hpp"
#include "backends/page_source.hpp"
#include "backends/registry.hpp"

namespace corral {

/// A database as it was at one moment, which time travel can go back to.
struct Bookmark {
  /// As D1 writes it, "00000001-0000019a-bd2c31f0-" and 32 hex digits: its number among those of the
  /// database, its time, and a hash of the content. In order of time within one database.
  std::string id;
  UnixMillis taken_at = 0;
  UnixMillis changed_at = 0;  ///< when the database had last been written to: it was like this ever since
  std::string reason;         ///< what was about to happen: "d1 execute --file"
  std::string stamp;          ///< what the files looked like (BookmarkRequest); empty: not to be trusted
  std::uint32_t page_size = 0;
  std::uint32_t pages = 0;
  std::uint64_t new_bytes = 0;  ///< of pages that no other bookmark had

  // What brings a deleted database back. Bookmarks of older versions have none of it.
  std::string database_id;
  std::string database_name;           ///< for people; empty if it had none
  std::optional<Resource> registered;  ///< its entry in the registry, if it was made locally
};

/// A bookmark that is there and cannot be used.
struct DamagedBookmark {
  UnixMillis taken_at = 0;
  std::string what;  ///< a sentence without a final stop
};

struct BookmarkList {
  std::vector<Bookmark> bookmarks;       ///< oldest first
  std::vector<DamagedBookmark> damaged;  ///< those that cannot even be read
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

/// The bookmarks of all databases of one state folder. A page is kept once, however many bookmarks of
/// whichever databases have it, so that a bookmark costs about as much as has changed since the last.
/// Bookmarks older than `bookmark_retention` are removed when a new one is taken. Every change is durable and
/// whole: an interrupted bookmark is discarded, and the next `take` or `prune` reclaims its pages. Reading
/// where nothing was ever taken creates nothing. Damage of one bookmark does not stop the use of others.
/// Throws busy, corrupt, io.
class BookmarkStore {
 public:
  virtual ~BookmarkStore() = default;

  /// Keeps all pages. If the newest bookmark of the database has the same content and is not older than
  /// `bookmark_good_for`, that is returned, with the database's name brought up to date. Prunes.
  virtual Bookmark take(const BookmarkRequest& request, PageSource& pages) = 0;

  /// The newest that can be read.
  virtual std::optional<Bookmark> newest(std::string_view database_id) = 0;

  /// Throws corrupt if it is there and damaged.
  virtual std::optional<Bookmark> find(std::string_view database_id, std::string_view id) = 0;

  virtual BookmarkList list(std::string_view database_id) = 0;
  /// Those of all databases.
  virtual BookmarkList list_all() = 0;

  /// The pages of a bookmark. `page` throws corrupt if one is damaged or was pruned meanwhile.
  virtual std::unique_ptr<PageSource> open(const Bookmark& bookmark, std::string_view database_id) = 0;

  /// Removes bookmarks that are too old at `now`, of all databases, and those that were begun before
  /// `now` - `unfinished_for` and not finished; returns how many. `dry_run`: counts only. Damaged ones stay.
  virtual std::uint64_t prune(UnixMillis now, UnixMillis unfinished_for, bool dry_run) = 0;

  /// Looks at every bookmark, at whether its pages are there and, with `deep`, at what they hold. `pulse` is
  /// called again and again; what it throws ends the work.
  virtual void check(bool deep, const std::function<void()>& pulse,
                     const std::function<void(const DamagedBookmark&)>& report) = 0;

  /// Removes every bookmark that `check` would report, and the pages that no other uses. Returns how many.
  virtual std::uint64_t remove_damaged() = 0;
};

/// A bookmark that was begun so long ago and is not finished was interrupted.
inline constexpr UnixMillis bookmark_unfinished_for = UnixMillis{10} * 60 * 1000;

/// How long D1 keeps what it can travel back to: 30 days.
inline constexpr UnixMillis bookmark_retention = UnixMillis{30} * 24 * 60 * 60 * 1000;

/// A bookmark as old as this is taken again even if nothing has changed, so that a recent state is never
/// covered only by a bookmark that is about to expire.
inline constexpr UnixMillis bookmark_good_for = UnixMillis{24} * 60 * 60 * 1000;

}  // namespace corral
