#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/object_store.hpp"
#include "backends/sqlite/connection.hpp"

namespace corral::wrangler {

/// One blob of an object's body.
struct StoredPart {
  std::string blob_id;
  std::uint64_t size = 0;
  std::string md5;  ///< in hex; empty unless the object is multipart
};

/// An object's row, and where its bytes are.
struct StoredObject {
  ObjectInfo info;
  std::vector<StoredPart> parts;  ///< in order; exactly one unless multipart
  bool multipart = false;
};

/// The tables of a bucket as created by wrangler (docs/reference/r2.md).
inline constexpr const char* r2_schema = R"(CREATE TABLE IF NOT EXISTS _mf_objects (
    key TEXT PRIMARY KEY,
    blob_id TEXT,
    version TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    uploaded INTEGER NOT NULL,
    checksums TEXT NOT NULL,
    http_metadata TEXT NOT NULL,
    custom_metadata TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS _mf_multipart_uploads (
    upload_id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    http_metadata TEXT NOT NULL,
    custom_metadata TEXT NOT NULL,
    state TINYINT DEFAULT 0 NOT NULL
);
CREATE TABLE IF NOT EXISTS _mf_multipart_parts (
    upload_id TEXT NOT NULL REFERENCES _mf_multipart_uploads(upload_id),
    part_number INTEGER NOT NULL,
    blob_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    checksum_md5 TEXT NOT NULL,
    object_key TEXT REFERENCES _mf_objects(key) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (upload_id, part_number)
);)";

/// The columns that `object_of_row` reads, in its order.
inline constexpr const char* r2_object_columns =
    "key, version, size, etag, uploaded, checksums, http_metadata, custom_metadata";

/// The object in the current row of a statement that selects r2_object_columns first.
ObjectInfo object_of_row(const sqlite::Statement& row);

/// The multipart state of an upload's row.
enum class UploadState : std::int64_t { in_progress = 0, completed = 1, aborted = 2 };

/// The row of an object with its parts, from one consistent snapshot.
std::optional<StoredObject> find_object(const sqlite::Connection& connection, std::string_view key);

/// Changes rows within an open write transaction of a connection. Functions that remove rows return the ids
/// of the blobs that are orphaned once the transaction is committed.
class ObjectRowWriter {
 public:
  /// `guard` (may be nullptr) is consulted before an object is removed.
  ObjectRowWriter(const sqlite::Connection& connection, const ObjectGuard* guard);

  /// Inserts or replaces an object; its parts belong to a new, completed upload.
  std::vector<std::string> write(const StoredObject& object);

  /// Inserts or replaces a multipart object whose parts are those of an upload, which is then completed.
  std::vector<std::string> write_upload(const StoredObject& object, std::string_view upload_id);

  /// Removes an object; nullopt if there is none.
  std::optional<std::vector<std::string>> remove(std::string_view key);

 private:
  void upsert(const StoredObject& object, std::string_view http, std::string_view custom);
  void insert_parts(const StoredObject& object, std::string_view http, std::string_view custom);
  std::vector<std::string> remove_parts(std::string_view key);

  const sqlite::Connection& connection_;
  const ObjectGuard* guard_;
  sqlite::Statement previous_;
  sqlite::Statement upsert_;
  sqlite::Statement remove_;
};

}  // namespace corral::wrangler
