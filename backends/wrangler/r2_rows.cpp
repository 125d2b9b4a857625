#include "backends/wrangler/r2_rows.hpp"

#include <fmt/format.h>

#include "backends/multipart_uploads.hpp"
#include "backends/wrangler/r2_metadata.hpp"

namespace corral::wrangler {

ObjectInfo object_of_row(const sqlite::Statement& row) {
  ObjectInfo info;
  info.key = row.text(0);
  info.version = row.text(1);
  info.size = static_cast<std::uint64_t>(row.integer(2));
  info.etag = row.text(3);
  info.uploaded = row.integer(4);
  info.checksums = parse_checksums(row.text(5), info.key);
  info.http = parse_http_metadata(row.text(6), info.key);
  info.custom = parse_custom_metadata(row.text(7), info.key);
  return info;
}

std::optional<StoredObject> find_object(const sqlite::Connection& connection, std::string_view key) {
  sqlite::Statement select = connection.prepare(
      fmt::format("SELECT {}, blob_id FROM _mf_objects WHERE key = ?1", r2_object_columns));
  constexpr int blob_column = 8;
  if (!select.bind(1, key).step()) return std::nullopt;
  StoredObject object;
  object.info = object_of_row(select);
  object.multipart = select.is_null(blob_column);
  if (!object.multipart) {
    object.parts.push_back({std::string(select.text(blob_column)), object.info.size, {}});
    return object;
  }
  // The open statement keeps the snapshot for this one.
  sqlite::Statement parts = connection.prepare(
      "SELECT blob_id, size, checksum_md5 FROM _mf_multipart_parts WHERE object_key = ?1 ORDER BY "
      "part_number");
  parts.bind(1, key);
  while (parts.step()) {
    object.parts.push_back({std::string(parts.text(0)), static_cast<std::uint64_t>(parts.integer(1)),
                            std::string(parts.text(2))});
  }
  return object;
}

ObjectRowWriter::ObjectRowWriter(const sqlite::Connection& connection, const ObjectGuard* guard)
    : connection_(connection),
      guard_(guard),
      previous_(connection.prepare(
          fmt::format("SELECT {}, blob_id FROM _mf_objects WHERE key = ?1", r2_object_columns))),
      upsert_(connection.prepare(
          "INSERT INTO _mf_objects (key, blob_id, version, size, etag, uploaded, checksums, http_metadata, "
          "custom_metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (key) DO UPDATE SET "
          "blob_id = excluded.blob_id, version = excluded.version, size = excluded.size, "
          "etag = excluded.etag, uploaded = excluded.uploaded, checksums = excluded.checksums, "
          "http_metadata = excluded.http_metadata, custom_metadata = excluded.custom_metadata")),
      remove_(connection.prepare("DELETE FROM _mf_objects WHERE key = ?1")) {}

std::optional<std::vector<std::string>> ObjectRowWriter::remove(std::string_view key) {
  constexpr int blob_column = 8;
  if (!previous_.bind(1, key).step()) return std::nullopt;
  if (guard_ != nullptr) guard_->check(object_of_row(previous_));
  std::optional<std::string> blob_id = previous_.optional_text(blob_column);
  previous_.reset();
  std::vector<std::string> blobs;
  if (blob_id) {
    blobs.push_back(std::move(*blob_id));
  } else {
    blobs = remove_parts(key);
  }
  remove_.bind(1, key).run();
  return blobs;
}

std::vector<std::string> ObjectRowWriter::remove_parts(std::string_view key) {
  std::vector<std::string> blobs;
  sqlite::Statement remove =
      connection_.prepare("DELETE FROM _mf_multipart_parts WHERE object_key = ?1 RETURNING blob_id");
  remove.bind(1, key);
  while (remove.step()) blobs.emplace_back(remove.text(0));
  return blobs;
}

std::vector<std::string> ObjectRowWriter::write(const StoredObject& object) {
  std::vector<std::string> replaced = remove(object.info.key).value_or(std::vector<std::string>());
  const std::string http = http_metadata_json(object.info.http);
  const std::string custom = custom_metadata_json(object.info.custom);
  upsert(object, http, custom);
  if (object.multipart) insert_parts(object, http, custom);
  return replaced;
}

std::vector<std::string> ObjectRowWriter::write_upload(const StoredObject& object,
                                                       std::string_view upload_id) {
  std::vector<std::string> replaced = remove(object.info.key).value_or(std::vector<std::string>());
  upsert(object, http_metadata_json(object.info.http), custom_metadata_json(object.info.custom));
  connection_.prepare("UPDATE _mf_multipart_parts SET object_key = ?2 WHERE upload_id = ?1")
      .bind(1, upload_id)
      .bind(2, std::string_view(object.info.key))
      .run();
  connection_.prepare("UPDATE _mf_multipart_uploads SET state = ?2 WHERE upload_id = ?1")
      .bind(1, upload_id)
      .bind(2, static_cast<std::int64_t>(UploadState::completed))
      .run();
  return replaced;
}

void ObjectRowWriter::upsert(const StoredObject& object, std::string_view http, std::string_view custom) {
  const std::string checksums = checksums_json(object.info.checksums);
  upsert_.bind(1, std::string_view(object.info.key));
  if (object.multipart) {
    upsert_.bind_null(2);
  } else {
    upsert_.bind(2, std::string_view(object.parts.front().blob_id));
  }
  upsert_.bind(3, std::string_view(object.info.version))
      .bind(4, static_cast<std::int64_t>(object.info.size))
      .bind(5, std::string_view(object.info.etag))
      .bind(6, object.info.uploaded)
      .bind(7, std::string_view(checksums))
      .bind(8, http)
      .bind(9, custom)
      .run();
}

void ObjectRowWriter::insert_parts(const StoredObject& object, std::string_view http,
                                   std::string_view custom) {
  const std::string upload_id = new_upload_id();
  const std::string_view key = object.info.key;
  connection_
      .prepare(
          "INSERT INTO _mf_multipart_uploads (upload_id, key, http_metadata, custom_metadata, state) "
          "VALUES (?1, ?2, ?3, ?4, ?5)")
      .bind(1, std::string_view(upload_id))
      .bind(2, key)
      .bind(3, http)
      .bind(4, custom)
      .bind(5, static_cast<std::int64_t>(UploadState::completed))
      .run();
  sqlite::Statement insert = connection_.prepare(
      "INSERT INTO _mf_multipart_parts (upload_id, part_number, blob_id, size, etag, checksum_md5, "
      "object_key) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  std::int64_t number = 0;
  for (const StoredPart& part : object.parts) {
    const std::string etag = new_upload_id();
    insert.bind(1, std::string_view(upload_id)).bind(2, ++number).bind(3, std::string_view(part.blob_id));
    insert.bind(4, static_cast<std::int64_t>(part.size)).bind(5, std::string_view(etag));
    insert.bind(6, std::string_view(part.md5)).bind(7, key).run();
  }
}

}  // namespace corral::wrangler
