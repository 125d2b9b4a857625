#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backends/bookmark_store.hpp"
#include "backends/lmdb/environment.hpp"

namespace corral::lmdb {

/// What is stored of a bookmark beside its pages.
struct BookmarkRecord {
  Bookmark bookmark;
  std::string lists;     ///< the hashes of its lists of pages, one after another
  bool finished = true;  ///< false while it is being taken
};

/// "1" or "0" for finished or not, and JSON.
std::string encode_bookmark(const BookmarkRecord& record);

/// What cannot be read becomes a record that uses nothing.
BookmarkRecord decode_bookmark(std::string_view stored);
bool is_unfinished(std::string_view stored);

/// The key of a record: a hash of the database's id, the bookmark's number among those of the database, and
/// its time, so that keys of one database are in order of time and pruning needs to read keys only.
std::string bookmark_key(std::string_view database_id, std::uint32_t number, UnixMillis taken_at);
std::string bookmark_prefix(std::string_view database_id);
UnixMillis time_of_key(std::string_view key);

/// The number that the next bookmark of a database gets; from 1.
std::uint32_t next_number(Transaction& transaction, Database bookmarks, std::string_view database_id);

std::uint32_t number_of(std::string_view bookmark_id);
std::string bookmark_id(std::uint32_t number, UnixMillis taken_at, std::string_view content_hash);

}  // namespace corral::lmdb
