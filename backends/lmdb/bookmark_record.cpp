#include "backends/lmdb/bookmark_record.hpp"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/base64.hpp"
#include "backends/hashing.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t prefix_bytes = 33;
constexpr std::size_t number_digits = 8;

std::uint64_t from_hexadecimal(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace

std::string encode_bookmark(const BookmarkRecord& record) {
  const Bookmark& bookmark = record.bookmark;
  const nlohmann::json json = {
      {"id", bookmark.id},         {"taken_at", bookmark.taken_at},   {"changed_at", bookmark.changed_at},
      {"reason", bookmark.reason}, {"stamp", bookmark.stamp},         {"page_size", bookmark.page_size},
      {"pages", bookmark.pages},   {"new_bytes", bookmark.new_bytes}, {"lists", base64_encode(record.lists)}};
  return (record.finished ? "1" : "0") + json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_unfinished(std::string_view stored) {
  return stored.empty() || stored.front() != '1';
}

BookmarkRecord decode_bookmark(std::string_view stored) try {
  BookmarkRecord record;
  record.finished = !is_unfinished(stored);
  const nlohmann::json json = nlohmann::json::parse(stored.substr(stored.empty() ? 0 : 1));
  Bookmark& bookmark = record.bookmark;
  bookmark.id = json.at("id").get<std::string>();
  bookmark.taken_at = json.at("taken_at").get<UnixMillis>();
  bookmark.changed_at = json.at("changed_at").get<UnixMillis>();
  bookmark.reason = json.at("reason").get<std::string>();
  bookmark.stamp = json.at("stamp").get<std::string>();
  bookmark.page_size = json.at("page_size").get<std::uint32_t>();
  bookmark.pages = json.at("pages").get<std::uint32_t>();
  bookmark.new_bytes = json.at("new_bytes").get<std::uint64_t>();
  record.lists = base64_decode(json.at("lists").get<std::string>()).value_or(std::string());
  return record;
} catch (const nlohmann::json::exception&) {
  return {};
}

std::string bookmark_prefix(std::string_view database_id) {
  return hex(sha256(database_id)).substr(0, prefix_bytes - 1) + "/";
}

std::string bookmark_key(std::string_view database_id, std::uint32_t number, UnixMillis taken_at) {
  return fmt::format("{}{:08x}-{:016x}", bookmark_prefix(database_id), number,
                     static_cast<std::uint64_t>(taken_at));
}

UnixMillis time_of_key(std::string_view key) {
  const std::size_t at = prefix_bytes + number_digits + 1;
  return key.size() > at ? static_cast<UnixMillis>(from_hexadecimal(key.substr(at))) : 0;
}

std::uint32_t next_number(Transaction& transaction, Database bookmarks, std::string_view database_id) {
  const std::string prefix = bookmark_prefix(database_id);
  std::uint32_t last = 0;
  Cursor cursor = transaction.cursor(bookmarks);
  for (auto entry = cursor.seek(prefix); entry && entry->first.starts_with(prefix); entry = cursor.next())
    last = static_cast<std::uint32_t>(from_hexadecimal(entry->first.substr(prefix_bytes, number_digits)));
  return last + 1;
}

std::uint32_t number_of(std::string_view bookmark_id) {
  return static_cast<std::uint32_t>(from_hexadecimal(bookmark_id.substr(0, number_digits)));
}

std::string bookmark_id(std::uint32_t number, UnixMillis taken_at, std::string_view content_hash) {
  const auto time = static_cast<std::uint64_t>(taken_at);
  return fmt::format("{:08x}-{:08x}-{:08x}-{}", number, time >> 32U, time & 0xFFFFFFFFU, hex(content_hash));
}

}  // namespace corral::lmdb
