#include "backends/wrangler/r2_multipart.hpp"

#include <charconv>
#include <map>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/r2_body.hpp"
#include "backends/wrangler/r2_body_writer.hpp"
#include "backends/wrangler/r2_metadata.hpp"
#include "backends/wrangler/r2_store.hpp"
#include "backends/wrangler/value_transaction.hpp"

namespace corral::wrangler {

namespace {

Error not_in_progress(std::string_view key) {
  return {ErrorKind::not_found, fmt::format("no such upload of \"{}\" is in progress", shown(key))};
}

/// A blob's id ends in its creation time in milliseconds, as 16 hex digits.
std::optional<UnixMillis> time_of_blob(std::string_view id) {
  constexpr std::size_t digits = 16;
  constexpr int hexadecimal = 16;
  if (id.size() < digits) return std::nullopt;
  const std::string_view text = id.substr(id.size() - digits);
  UnixMillis time = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), time, hexadecimal).ec != std::errc())
    return std::nullopt;
  return time;
}

UploadedPart part_of_row(const sqlite::Statement& row) {
  return {.number = row.integer(0),
          .size = static_cast<std::uint64_t>(row.integer(1)),
          .etag = std::string(row.text(2)),
          .md5 = std::string(row.text(3)),
          .uploaded = time_of_blob(row.text(4))};
}

constexpr const char* part_columns = "part_number, size, etag, checksum_md5, blob_id";
constexpr int blob_column = 4;

}  // namespace

struct WranglerMultipartUploads::Upload {
  HttpMetadata http;
  CustomMetadata custom;
  UploadState state = UploadState::in_progress;
};

std::optional<WranglerMultipartUploads::Upload> WranglerMultipartUploads::find(std::string_view key,
                                                                               std::string_view id) const {
  sqlite::Connection* const connection = store_.existing();
  if (connection == nullptr) return std::nullopt;
  sqlite::Statement select = connection->prepare(
      "SELECT http_metadata, custom_metadata, state FROM _mf_multipart_uploads WHERE upload_id = ?1 AND key "
      "= ?2");
  if (!select.bind(1, id).bind(2, key).step()) return std::nullopt;
  return Upload{parse_http_metadata(select.text(0), key), parse_custom_metadata(select.text(1), key),
                static_cast<UploadState>(select.integer(2))};
}

void WranglerMultipartUploads::require_in_progress(std::string_view key, std::string_view id) const {
  const std::optional<Upload> upload = find(key, id);
  if (!upload || upload->state != UploadState::in_progress) throw not_in_progress(key);
}

std::string WranglerMultipartUploads::begin(const ObjectWrite& write, std::string_view algorithm) {
  check_object_write(write);
  sqlite::Connection& connection = store_.writable();
  std::string id = new_upload_id(algorithm);
  sqlite::WriteTransaction transaction(connection);
  if (!store_.has_tables_) connection.execute(r2_schema);
  const std::string http = http_metadata_json(write.http);
  const std::string custom = custom_metadata_json(write.custom);
  connection
      .prepare(
          "INSERT INTO _mf_multipart_uploads (upload_id, key, http_metadata, custom_metadata, state) "
          "VALUES (?1, ?2, ?3, ?4, ?5)")
      .bind(1, std::string_view(id))
      .bind(2, std::string_view(write.key))
      .bind(3, std::string_view(http))
      .bind(4, std::string_view(custom))
      .bind(5, static_cast<std::int64_t>(UploadState::in_progress))
      .run();
  transaction.commit();
  return id;
}

std::optional<HttpMetadata> WranglerMultipartUploads::http_metadata(std::string_view key,
                                                                    std::string_view id) {
  std::optional<Upload> upload = find(key, id);
  if (!upload || upload->state != UploadState::in_progress) return std::nullopt;
  return std::move(upload->http);
}

UploadedPart WranglerMultipartUploads::put_part(std::string_view key, std::string_view id,
                                                std::int64_t number, ByteSource& body,
                                                const std::optional<std::string>& md5) {
  if (number < 1 || number > static_cast<std::int64_t>(r2_max_parts))
    throw Error(ErrorKind::limit, fmt::format("a part's number is 1 to {}, not {}", r2_max_parts, number));
  require_in_progress(key, id);  // before the bytes are read; the check within the transaction decides
  ObjectWrite write;
  write.key = key;
  write.checksums.of(HashKind::md5) = md5;
  WrittenObject written = write_body(store_.blobs_, write, body, 0, Durability::flushed);
  if (written.object.parts.size() != 1) {
    throw Error(ErrorKind::limit, fmt::format("a part has at most {} bytes", r2_max_part_bytes));
  }
  const StoredPart& part = written.object.parts.front();
  UploadedPart result{.number = number,
                      .size = part.size,
                      .etag = part.md5,
                      .md5 = part.md5,
                      .uploaded = time_of_blob(part.blob_id)};
  sqlite::Connection& connection = store_.writable();
  ValueTransaction transaction(connection, store_.blobs_);
  transaction.add(std::move(written.blobs));
  require_in_progress(key, id);
  sqlite::Statement replaced = connection.prepare(
      "DELETE FROM _mf_multipart_parts WHERE upload_id = ?1 AND part_number = ?2 RETURNING blob_id");
  replaced.bind(1, id).bind(2, number);
  while (replaced.step()) transaction.release(replaced.text(0));
  connection
      .prepare(
          "INSERT INTO _mf_multipart_parts (upload_id, part_number, blob_id, size, etag, checksum_md5) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      .bind(1, id)
      .bind(2, number)
      .bind(3, std::string_view(part.blob_id))
      .bind(4, static_cast<std::int64_t>(part.size))
      .bind(5, std::string_view(part.md5))
      .bind(6, std::string_view(part.md5))
      .run();
  transaction.commit();
  return result;
}

std::optional<std::vector<UploadedPart>> WranglerMultipartUploads::parts(std::string_view key,
                                                                         std::string_view id,
                                                                         std::int64_t after,
                                                                         std::size_t limit) {
  sqlite::Connection* const connection = store_.existing();
  if (connection == nullptr) return std::nullopt;
  const sqlite::ReadTransaction one_state(*connection);
  const std::optional<Upload> upload = find(key, id);
  if (!upload || upload->state != UploadState::in_progress) return std::nullopt;
  std::vector<UploadedPart> parts;
  sqlite::Statement select = connection->prepare(
      fmt::format("SELECT {} FROM _mf_multipart_parts WHERE upload_id = ?1 AND part_number > ?2 ORDER BY "
                  "part_number LIMIT ?3",
                  part_columns));
  select.bind(1, id).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
  while (select.step()) parts.push_back(part_of_row(select));
  return parts;
}

std::unique_ptr<ByteSource> WranglerMultipartUploads::read_part(std::string_view key, std::string_view id,
                                                                std::int64_t number) {
  sqlite::Connection* const connection = store_.existing();
  if (connection == nullptr || !find(key, id)) return nullptr;
  sqlite::Statement select = connection->prepare(fmt::format(
      "SELECT {} FROM _mf_multipart_parts WHERE upload_id = ?1 AND part_number = ?2", part_columns));
  if (!select.bind(1, id).bind(2, number).step()) return nullptr;
  StoredObject part;
  part.info.key = key;
  part.info.size = static_cast<std::uint64_t>(select.integer(1));
  part.parts.push_back({std::string(select.text(blob_column)), part.info.size, {}});
  return StoredBody::open(store_.blobs_, part, 0, part.info.size);
}

std::vector<StoredPart> WranglerMultipartUploads::chosen_parts(std::string_view id,
                                                               const std::vector<NamedPart>& named) const {
  std::vector<StoredPart> chosen;
  sqlite::Statement select = store_.existing()->prepare(fmt::format(
      "SELECT {} FROM _mf_multipart_parts WHERE upload_id = ?1 AND part_number = ?2", part_columns));
  for (const NamedPart& name : named) {
    select.reset();
    select.bind(1, id).bind(2, name.number);
    if (!select.step() || (name.etag != select.text(2) && name.etag != select.text(3))) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("part {} was not uploaded, or is another one by now", name.number));
    }
    const UploadedPart part = part_of_row(select);
    if (!chosen.empty() && chosen.back().size < r2_min_part_bytes) {
      throw Error(ErrorKind::limit,
                  fmt::format("a part before the last has at least {} bytes", r2_min_part_bytes));
    }
    if (chosen.size() > 1 && chosen.back().size != chosen.front().size)
      throw Error(ErrorKind::invalid_input, "all parts before the last have the same size");
    chosen.push_back({std::string(select.text(blob_column)), part.size, part.md5});
  }
  if (chosen.size() > 1 && chosen.back().size > chosen.front().size)
    throw Error(ErrorKind::invalid_input, "the last part is not larger than the others");
  return chosen;
}

std::optional<ObjectInfo> WranglerMultipartUploads::complete(std::string_view key, std::string_view id,
                                                             const std::vector<NamedPart>& named,
                                                             const ObjectConditions& conditions,
                                                             const std::optional<S3Checksum>& checksum,
                                                             UnixMillis now) {
  if (named.empty()) throw Error(ErrorKind::invalid_input, "an upload has at least one part");
  sqlite::Connection* const connection = store_.existing();
  if (connection == nullptr) throw not_in_progress(key);
  store_.blobs_.check_folder();
  ValueTransaction transaction(*connection, store_.blobs_);
  std::optional<Upload> upload = find(key, id);
  if (!upload || upload->state == UploadState::aborted) throw not_in_progress(key);
  StoredObject object{.info = {}, .parts = {}, .multipart = true};
  try {
    object.parts = chosen_parts(id, named);
  } catch (const Error&) {
    // The parts of a completed upload are gone once its object is overwritten.
    if (upload->state == UploadState::completed) throw not_in_progress(key);
    throw;
  }
  ObjectInfo& info = object.info;
  info.etag = multipart_etag(object.parts);
  if (upload->state == UploadState::completed) {
    std::optional<ObjectInfo> made = store_.head(key);
    if (!made || made->etag != info.etag) throw not_in_progress(key);
    return made;
  }
  ObjectWrite write;
  write.key = key;
  write.conditions = conditions;
  if (!store_.conditions_hold(write)) return std::nullopt;
  info.key = key;
  for (const StoredPart& part : object.parts) info.size += part.size;
  info.version = new_object_version();
  info.uploaded = now;
  info.http = std::move(upload->http);
  info.custom = std::move(upload->custom);
  info.checksums.s3 = checksum;
  std::map<std::int64_t, bool> used;
  for (const NamedPart& name : named) used[name.number] = true;
  sqlite::Statement all =
      connection->prepare("SELECT part_number, blob_id FROM _mf_multipart_parts WHERE upload_id = ?1");
  all.bind(1, id);
  std::vector<std::int64_t> unused;
  while (all.step()) {
    if (used.contains(all.integer(0))) continue;
    unused.push_back(all.integer(0));
    transaction.release(all.text(1));
  }
  for (const std::int64_t number : unused) {
    connection->prepare("DELETE FROM _mf_multipart_parts WHERE upload_id = ?1 AND part_number = ?2")
        .bind(1, id)
        .bind(2, number)
        .run();
  }
  transaction.release(store_.row_writer(*connection).write_upload(object, id));
  transaction.commit();
  return std::move(info);
}

}  // namespace corral::wrangler
