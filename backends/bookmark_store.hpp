#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/kv_store.hpp"
#include "backends/page_source.hpp"

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
};

struct BookmarkRequest {
  std::string_view database_id;
  UnixMillis now = 0;
  UnixMillis changed_at = 0;
  std::string_view reason;
  std::string_view stamp;
};

/// The bookmarks of all databases of one state folder. A page is kept once, however many bookmarks of
/// whichever databases have it, so that a bookmark costs about as much as has changed since the last.
/// Bookmarks older than `bookmark_retention` are removed when a new one is taken. Every change is durable and
/// whole: a bookmark that was interrupted is none, and what it had written goes when the next is taken.
/// Reading where nothing was ever taken creates nothing. Throws busy, corrupt, io.
class BookmarkStore {
 public:
  virtual ~BookmarkStore() = default;

  /// Keeps all pages. If the newest bookmark of the database has the same content and is not older than
  /// `bookmark_good_for`, that is returned. Prunes.
  virtual Bookmark take(const BookmarkRequest& request, PageSource& pages) = 0;

  virtual std::optional<Bookmark> newest(std::string_view database_id) = 0;
  virtual std::optional<Bookmark> find(std::string_view database_id, std::string_view id) = 0;

  /// All of a database, oldest first.
  virtual std::vector<Bookmark> list(std::string_view database_id) = 0;

  /// The pages of a bookmark. `page` throws corrupt if one is damaged or was pruned meanwhile.
  virtual std::unique_ptr<PageSource> open(const Bookmark& bookmark, std::string_view database_id) = 0;

  /// Removes bookmarks that are too old at `now`, of all databases; returns how many.
  virtual std::uint64_t prune(UnixMillis now) = 0;
};

/// How long D1 keeps what it can travel back to: 30 days.
inline constexpr UnixMillis bookmark_retention = UnixMillis{30} * 24 * 60 * 60 * 1000;

/// A bookmark as old as this is taken again even if nothing has changed: else what was so an hour ago could
/// have none but one that is about to be too old.
inline constexpr UnixMillis bookmark_good_for = UnixMillis{24} * 60 * 60 * 1000;

}  // namespace corral
