// The content of a bucket: pages of objects, uploads in progress, totals.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/r2_rows.hpp"
#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

namespace {

/// First letter of a cursor: the rest is the last object, or the last prefix, of the previous page.
constexpr char after_object = 'o';
constexpr char after_prefix_mark = 'p';

/// The next text after this one in byte order.
std::string successor(std::string_view text) {
  return std::string(text) + '\0';
}

/// The smallest possible key of the page; nullopt: no key can follow.
std::optional<std::string> lower_bound(const ObjectListOptions& options) {
  std::string least = options.prefix;
  if (options.cursor.empty()) {
    if (!options.start_after.empty()) least = std::max(least, successor(options.start_after));
    return least;
  }
  const std::string_view last = std::string_view(options.cursor).substr(1);
  if (options.cursor.front() == after_object) return std::max(least, successor(last));
  if (options.cursor.front() != after_prefix_mark) {
    throw Error(ErrorKind::usage, "the cursor is not one that a list of objects gave",
                "leave it out to start over");
  }
  const std::optional<std::string> end = end_of_prefix(last);
  return end ? std::optional(std::max(least, *end)) : std::nullopt;
}

/// The prefix a key is grouped under: up to and including the first delimiter after the prefix.
std::optional<std::string> rolled_up(std::string_view key, const ObjectListOptions& options) {
  if (options.delimiter.empty()) return std::nullopt;
  const std::size_t at = key.find(options.delimiter, options.prefix.size());
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(key.substr(0, at + options.delimiter.size()));
}

}  // namespace

ObjectPage WranglerObjectStore::list(const ObjectListOptions& options) {
  ObjectPage page;
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return page;
  std::optional<std::string> least = lower_bound(options);
  const std::optional<std::string> end = end_of_prefix(options.prefix);
  const std::size_t limit = std::max<std::size_t>(options.limit, 1);
  const sqlite::ReadTransaction one_state(*connection);
  sqlite::Statement select =
      connection->prepare(fmt::format("SELECT {} FROM _mf_objects WHERE key >= ?1{} ORDER BY key",
                                      r2_object_columns, end ? " AND key < ?2" : ""));
  std::string last;
  while (least) {
    select.reset();
    select.bind(1, std::string_view(*least));
    if (end) select.bind(2, std::string_view(*end));
    std::optional<std::string> next;  // where to resume after a grouped prefix
    while (select.step()) {
      if (page.objects.size() + page.prefixes.size() == limit) {
        page.cursor = std::move(last);
        return page;
      }
      if (std::optional<std::string> prefix = rolled_up(select.text(0), options)) {
        next = end_of_prefix(*prefix);
        last = after_prefix_mark + *prefix;
        page.prefixes.push_back(std::move(*prefix));
        break;
      }
      page.objects.push_back(object_of_row(select));
      last = after_object + page.objects.back().key;
    }
    least = std::move(next);
  }
  return page;
}

std::vector<MultipartUpload> WranglerObjectStore::uploads() {
  std::vector<MultipartUpload> uploads;
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return uploads;
  // A blob's id ends in its creation time in milliseconds, as 16 hex digits.
  sqlite::Statement select = connection->prepare(
      "SELECT u.upload_id, u.key, count(p.blob_id), coalesce(sum(p.size), 0), min(substr(p.blob_id, -16)) "
      "FROM _mf_multipart_uploads u LEFT JOIN _mf_multipart_parts p ON p.upload_id = u.upload_id "
      "WHERE u.state = ?1 GROUP BY u.upload_id ORDER BY u.key, u.upload_id");
  select.bind(1, static_cast<std::int64_t>(UploadState::in_progress));
  while (select.step()) {
    MultipartUpload upload;
    upload.id = select.text(0);
    upload.key = select.text(1);
    upload.parts = static_cast<std::uint64_t>(select.integer(2));
    upload.bytes = static_cast<std::uint64_t>(select.integer(3));
    if (!select.is_null(4)) {
      const std::string_view digits = select.text(4);
      UnixMillis started = 0;
      constexpr int hexadecimal = 16;
      if (std::from_chars(digits.data(), digits.data() + digits.size(), started, hexadecimal).ec ==
          std::errc())
        upload.started = started;
    }
    uploads.push_back(std::move(upload));
  }
  return uploads;
}

bool WranglerObjectStore::abort_upload(std::string_view id) {
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return false;
  bool found = false;
  ValueTransaction transaction(*connection, blobs_);
  sqlite::Statement abort = connection->prepare(
      "UPDATE _mf_multipart_uploads SET state = ?2 WHERE upload_id = ?1 AND state = ?3 RETURNING upload_id");
  abort.bind(1, id)
      .bind(2, static_cast<std::int64_t>(UploadState::aborted))
      .bind(3, static_cast<std::int64_t>(UploadState::in_progress));
  while (abort.step()) found = true;
  if (!found) return false;
  sqlite::Statement remove =
      connection->prepare("DELETE FROM _mf_multipart_parts WHERE upload_id = ?1 RETURNING blob_id");
  remove.bind(1, id);
  while (remove.step()) transaction.release(remove.text(0));
  transaction.commit();
  return true;
}

BucketUsage WranglerObjectStore::usage() {
  BucketUsage usage;
  sqlite::Connection* connection = existing();
  if (connection == nullptr) return usage;
  const sqlite::ReadTransaction one_state(*connection);
  sqlite::Statement totals = connection->prepare("SELECT count(*), coalesce(sum(size), 0) FROM _mf_objects");
  if (totals.step()) {
    usage.objects = static_cast<std::uint64_t>(totals.integer(0));
    usage.bytes = static_cast<std::uint64_t>(totals.integer(1));
  }
  totals.reset();
  for (const MultipartUpload& upload : uploads()) {
    ++usage.uploads;
    usage.upload_parts += upload.parts;
    usage.upload_bytes += upload.bytes;
  }
  return usage;
}

}  // namespace corral::wrangler
