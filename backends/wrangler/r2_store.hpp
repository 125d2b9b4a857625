#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/blob_store.hpp"
#include "backends/wrangler/r2_body_writer.hpp"
#include "backends/wrangler/r2_multipart.hpp"
#include "backends/wrangler/r2_rows.hpp"

namespace corral::wrangler {

/// An R2 bucket as stored by `wrangler dev` (docs/reference/state-layout.md): rows in one SQLite file, bytes
/// as blobs. Changes by other processes are visible immediately, and vice versa.
///
/// An object whose blob is missing reads as not found. The blobs of removed rows are deleted after the
/// commit; a crash in between leaves an orphaned blob.
class WranglerObjectStore final : public ObjectStore {
 public:
  WranglerObjectStore(const std::filesystem::path& state_root, std::string_view bucket, const Clock& clock);
  WranglerObjectStore(std::string_view bucket, std::filesystem::path database_file,
                      std::filesystem::path blob_folder, const Clock& clock);
  WranglerObjectStore(const WranglerObjectStore&) = delete;
  WranglerObjectStore& operator=(const WranglerObjectStore&) = delete;
  ~WranglerObjectStore() override = default;

  void guard(std::shared_ptr<const ObjectGuard> guard) override { guard_ = std::move(guard); }
  std::optional<ObjectInfo> head(std::string_view key) override;
  std::optional<ObjectBody> get(std::string_view key, const std::optional<ObjectRange>& range,
                                const ObjectConditions& conditions) override;
  std::optional<ObjectInfo> put(const ObjectWrite& write, ByteSource& body, UnixMillis now) override;
  std::unique_ptr<ObjectBatch> begin_batch() override;
  std::optional<ObjectFiles> files(std::string_view key) override;
  std::optional<ObjectInfo> copy_from(ObjectStore& source, std::string_view key, const ObjectWrite& write,
                                      bool replace_metadata, UnixMillis now) override;
  bool rename(std::string_view from, std::string_view to, UnixMillis now) override;
  std::size_t erase(std::span<const std::string> keys) override;
  bool erase_unchanged(const ObjectInfo& seen) override;
  ObjectPage list(const ObjectListOptions& options) override;
  std::vector<MultipartUpload> uploads() override;
  bool abort_upload(std::string_view id) override;
  MultipartUploads* multipart() override { return &multipart_; }
  BucketUsage usage() override;
  [[nodiscard]] const std::string& bucket() const override { return bucket_; }
  [[nodiscard]] std::string location() const override { return file_.native(); }

  /// Puts all rows that are staged for this bucket into it and removes the keys `gone`, in one transaction
  /// (ObjectStaging::commit). The blobs of both are in the same folder.
  void adopt(WranglerObjectStore& staged, StringSpool& gone);

  /// Removes the rows that are not staged any more, without their blobs: those of an `adopt` that was killed
  /// before it removed the staging, and those whose blobs are gone.
  void disown(WranglerObjectStore& staged);

  /// Removes all rows and their blobs, then the blob folder if empty. The SQLite file stays: another process
  /// may have it open. Returns the number of objects removed.
  std::uint64_t clear();

 private:
  friend class WranglerObjectBatch;
  friend class WranglerMultipartUploads;

  /// The open database for reading; nullptr while it does not exist or has no tables yet.
  sqlite::Connection* existing();
  /// The open database for writing, created if needed. Its tables may still be missing.
  sqlite::Connection& writable();
  /// Within a write transaction, which also creates the tables if missing.
  [[nodiscard]] ObjectRowWriter row_writer(const sqlite::Connection& connection) const;

  std::optional<StoredObject> find(std::string_view key);
  /// Whether the conditions currently hold.
  bool conditions_hold(const ObjectWrite& write);
  /// Commits the row of an object; nullopt if the conditions do not hold.
  std::optional<ObjectInfo> commit(const ObjectWrite& write, WrittenObject written);
  /// Duplicates an object's bytes as blobs of this store; nullopt if one of its files is gone.
  [[nodiscard]] std::optional<WrittenObject> duplicate(ObjectFiles original) const;

  std::string bucket_;
  std::filesystem::path file_;
  BlobStore blobs_;
  std::optional<sqlite::Connection> connection_;
  std::shared_ptr<const ObjectGuard> guard_;
  bool has_tables_ = false;
  WranglerMultipartUploads multipart_{*this};
};

}  // namespace corral::wrangler
