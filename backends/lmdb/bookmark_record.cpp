#include "backends/lmdb/bookmark_record.hpp"

#include <array>
#include <bit>
#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/page_pool.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t prefix_bytes = 33;
constexpr std::size_t number_digits = 8;

std::uint64_t from_hexadecimal(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

std::string key_of(std::string_view prefix, std::uint64_t number, std::uint64_t time) {
  return fmt::format("{}{:08x}-{:016x}", prefix, number, time);
}

/// Parses the start of an id, "00000001-0000019a-bd2c31f0-": its number and its time.
std::optional<std::string> key_within(std::string_view prefix, std::string_view id) {
  constexpr std::size_t group = number_digits + 1;
  constexpr std::string_view digits = "0123456789abcdef";
  if (id.size() < 3 * group) return std::nullopt;
  std::array<std::uint64_t, 3> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string_view field = id.substr(i * group, number_digits);
    if (id[i * group + number_digits] != '-' || field.find_first_not_of(digits) != std::string_view::npos)
      return std::nullopt;
    fields.at(i) = from_hexadecimal(field);
  }
  return key_of(prefix, fields[0], fields[1] << 32U | fields[2]);
}

nlohmann::json encoded_database(const Bookmark& bookmark) {
  nlohmann::json json = {{"id", bookmark.database_id}, {"name", bookmark.database_name}};
  if (bookmark.registered) {
    json["registered"] = {{"name", bookmark.registered->name},
                          {"created_at", bookmark.registered->created_at},
                          {"settings", bookmark.registered->settings}};
  }
  return json;
}

void decode_database(const nlohmann::ordered_json& json, Bookmark& bookmark) {
  bookmark.database_id = json.at("id").get<std::string>();
  bookmark.database_name = json.at("name").get<std::string>();
  const auto entry = json.find("registered");
  if (entry == json.end()) return;
  bookmark.registered = Resource{.kind = ResourceKind::d1_database,
                                 .id = bookmark.database_id,
                                 .name = entry->at("name").get<std::string>(),
                                 .created_at = entry->at("created_at").get<UnixMillis>(),
                                 .settings = entry->at("settings").get<std::string>()};
}

/// Whether the fields of a record are consistent with each other and with its key.
bool is_sound(std::string_view key, const BookmarkRecord& record) {
  const Bookmark& bookmark = record.bookmark;
  const std::uint64_t lists = (std::uint64_t{bookmark.pages} + pages_of_list - 1) / pages_of_list;
  constexpr std::uint32_t least_page = 512;
  constexpr std::uint32_t most_page = 65'536;
  const bool page_size_fits = std::has_single_bit(bookmark.page_size) && bookmark.page_size >= least_page &&
                              bookmark.page_size <= most_page;
  return key_within(key.substr(0, prefix_bytes), bookmark.id) == key && page_size_fits &&
         record.lists.size() % PagePool::hash_bytes == 0 &&
         (!record.finished || record.lists.size() == lists * PagePool::hash_bytes) &&
         (bookmark.database_id.empty() ||
          bookmark_prefix(bookmark.database_id) == key.substr(0, prefix_bytes));
}

}  // namespace

std::string encode_bookmark(const BookmarkRecord& record) {
  const Bookmark& bookmark = record.bookmark;
  const nlohmann::json json = {{"id", bookmark.id},
                               {"taken_at", bookmark.taken_at},
                               {"changed_at", bookmark.changed_at},
                               {"reason", bookmark.reason},
                               {"stamp", bookmark.stamp},
                               {"page_size", bookmark.page_size},
                               {"pages", bookmark.pages},
                               {"new_bytes", bookmark.new_bytes},
                               {"database", encoded_database(bookmark)},
                               {"lists", base64_encode(record.lists)}};
  return (record.finished ? "1" : "0") + write_json(json, {.replace_invalid_utf8 = true});
}

bool is_unfinished(std::string_view stored) {
  return stored.starts_with('0');
}

BookmarkRecord decode_bookmark(std::string_view key, std::string_view stored) {
  const auto damaged = [&] {
    return Error(ErrorKind::corrupt, fmt::format("the record of bookmark {} is damaged", name_of_key(key)),
                 "'corral state repair' removes it; other bookmarks are not affected");
  };
  if (!stored.starts_with('0') && !stored.starts_with('1')) throw damaged();
  BookmarkRecord record;
  record.finished = !is_unfinished(stored);
  try {
    const nlohmann::ordered_json json = read_json(stored.substr(1));
    Bookmark& bookmark = record.bookmark;
    bookmark.id = json.at("id").get<std::string>();
    bookmark.taken_at = json.at("taken_at").get<UnixMillis>();
    bookmark.changed_at = json.at("changed_at").get<UnixMillis>();
    bookmark.reason = json.at("reason").get<std::string>();
    bookmark.stamp = json.at("stamp").get<std::string>();
    bookmark.page_size = json.at("page_size").get<std::uint32_t>();
    bookmark.pages = json.at("pages").get<std::uint32_t>();
    bookmark.new_bytes = json.at("new_bytes").get<std::uint64_t>();
    if (const auto database = json.find("database"); database != json.end())
      decode_database(*database, bookmark);
    auto lists = base64_decode(json.at("lists").get<std::string>());
    if (!lists) throw damaged();
    record.lists = std::move(*lists);
  } catch (const nlohmann::json::exception&) {
    throw damaged();
  }
  if (!is_sound(key, record)) throw damaged();
  return record;
}

StoredBookmark stored_bookmark(std::string_view key, std::string_view stored) {
  StoredBookmark one{.key = std::string(key), .record = {}};
  try {
    one.record = decode_bookmark(key, stored);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) throw;
  }
  return one;
}

std::vector<StoredBookmark> stored_bookmarks(Transaction& transaction, std::string_view prefix) {
  std::vector<StoredBookmark> all;
  const auto bookmarks = transaction.find(bookmarks_name);
  if (!bookmarks) return all;
  Cursor cursor = transaction.cursor(*bookmarks);
  for (auto entry = prefix.empty() ? cursor.first() : cursor.seek(prefix);
       entry && entry->first.starts_with(prefix); entry = cursor.next()) {
    all.push_back(stored_bookmark(entry->first, entry->second));
  }
  return all;
}

std::string bookmark_prefix(std::string_view database_id) {
  return hex(sha256(database_id)).substr(0, prefix_bytes - 1) + "/";
}

std::string bookmark_key(std::string_view database_id, std::uint32_t number, UnixMillis taken_at) {
  return key_of(bookmark_prefix(database_id), number, static_cast<std::uint64_t>(taken_at));
}

std::string name_of_key(std::string_view key) {
  if (key.size() != prefix_bytes + number_digits + 1 + 2 * number_digits) return shown(key);
  const std::string_view fields = key.substr(prefix_bytes);
  return fmt::format("{}-{}-...", fields.substr(0, 2 * number_digits + 1),
                     fields.substr(2 * number_digits + 1));
}

std::optional<std::string> key_of_bookmark(std::string_view database_id, std::string_view bookmark_id) {
  return key_within(bookmark_prefix(database_id), bookmark_id);
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

std::string bookmark_id(std::uint32_t number, UnixMillis taken_at, std::string_view content_hash) {
  const auto time = static_cast<std::uint64_t>(taken_at);
  return fmt::format("{:08x}-{:08x}-{:08x}-{}", number, time >> 32U, time & 0xFFFFFFFFU, hex(content_hash));
}

}  // namespace corral::lmdb
