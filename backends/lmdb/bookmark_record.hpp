#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bookmark_store.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// The named databases of the environment.
inline constexpr const char* bookmarks_name = "bookmarks";
inline constexpr const char* pages_name = "pages";
inline constexpr const char* lists_name = "lists";

/// The number of pages whose hashes form one list.
inline constexpr std::uint32_t pages_of_list = 256;

/// A stored bookmark, except its pages.
struct BookmarkRecord {
  Bookmark bookmark;
  std::string lists;     ///< the concatenated hashes of its page lists
  bool finished = true;  ///< false while it is being taken
};

/// "1" if finished, else "0", followed by JSON.
std::string encode_bookmark(const BookmarkRecord& record);

/// Throws corrupt for anything encode_bookmark cannot have written under this key.
BookmarkRecord decode_bookmark(std::string_view key, std::string_view stored);
bool is_unfinished(std::string_view stored);

/// One entry of the bookmarks database.
struct StoredBookmark {
  std::string key;
  std::optional<BookmarkRecord> record;  ///< nullopt: damaged
};

StoredBookmark stored_bookmark(std::string_view key, std::string_view stored);

/// All entries, finished or not, whose keys start with `prefix`, in key order.
std::vector<StoredBookmark> stored_bookmarks(Transaction& transaction, std::string_view prefix);

/// The key of a record: a hash of the database's id, the bookmark's number within that database, and its
/// time. Keys of one database are therefore in chronological order, and pruning reads only keys.
std::string bookmark_key(std::string_view database_id, std::uint32_t number, UnixMillis taken_at);
std::string bookmark_prefix(std::string_view database_id);
UnixMillis time_of_key(std::string_view key);

/// The part of a bookmark's id that its key encodes: "00000001-0000019a-bd2c31f0-...".
std::string name_of_key(std::string_view key);

/// The key of a bookmark, given its id; nullopt if no bookmark can have that id.
std::optional<std::string> key_of_bookmark(std::string_view database_id, std::string_view bookmark_id);

/// The number for a database's next bookmark; starts at 1.
std::uint32_t next_number(Transaction& transaction, Database bookmarks, std::string_view database_id);

std::string bookmark_id(std::uint32_t number, UnixMillis taken_at, std::string_view content_hash);

}  // namespace corral::lmdb
