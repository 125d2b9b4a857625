#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bookmark_store.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// The databases of the environment.
inline constexpr const char* bookmarks_name = "bookmarks";
inline constexpr const char* pages_name = "pages";
inline constexpr const char* lists_name = "lists";

/// Pages whose hashes are kept together as one list.
inline constexpr std::uint32_t pages_of_list = 256;

/// What is stored of a bookmark beside its pages.
struct BookmarkRecord {
  Bookmark bookmark;
  std::string lists;     ///< the hashes of its lists of pages, one after another
  bool finished = true;  ///< false while it is being taken
};

/// "1" or "0" for finished or not, and JSON.
std::string encode_bookmark(const BookmarkRecord& record);

/// Throws corrupt for what encode_bookmark cannot have written under this key.
BookmarkRecord decode_bookmark(std::string_view key, std::string_view stored);
bool is_unfinished(std::string_view stored);

/// One entry of the database of bookmarks.
struct StoredBookmark {
  std::string key;
  std::optional<BookmarkRecord> record;  ///< nullopt: damaged
};

StoredBookmark stored_bookmark(std::string_view key, std::string_view stored);

/// Those whose key begins so, in order, finished or not.
std::vector<StoredBookmark> stored_bookmarks(Transaction& transaction, std::string_view prefix);

/// The key of a record: a hash of the database's id, the bookmark's number among those of the database, and
/// its time, so that keys of one database are in order of time and pruning needs to read keys only.
std::string bookmark_key(std::string_view database_id, std::uint32_t number, UnixMillis taken_at);
std::string bookmark_prefix(std::string_view database_id);
UnixMillis time_of_key(std::string_view key);

/// What of a bookmark's id its key tells: "00000001-0000019a-bd2c31f0-...".
std::string name_of_key(std::string_view key);

/// The key of a bookmark of a database by its id; nullopt: no bookmark can have that id.
std::optional<std::string> key_of_bookmark(std::string_view database_id, std::string_view bookmark_id);

/// The number that the next bookmark of a database gets; from 1.
std::uint32_t next_number(Transaction& transaction, Database bookmarks, std::string_view database_id);

std::string bookmark_id(std::uint32_t number, UnixMillis taken_at, std::string_view content_hash);

}  // namespace corral::lmdb
