#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/files/string_spool.hpp"
#include "backends/kv_store.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/blob_store.hpp"

namespace corral::wrangler {

/// Writes rows within an open write transaction of a connection.
class EntryWriter {
 public:
  explicit EntryWriter(const sqlite::Connection& connection);

  /// Inserts or replaces the row; returns the id of the blob it previously referenced, if any.
  std::optional<std::string> write(const KvEntry& entry, std::string_view blob_id);

 private:
  sqlite::Statement previous_;
  sqlite::Statement upsert_;
};

/// A KV namespace as stored by `wrangler dev` (docs/reference/state-layout.md): rows in one SQLite file,
/// values as blobs. Changes by other processes are visible immediately, and vice versa.
///
/// An entry whose blob is missing reads as not found, as in workerd. The blobs of removed rows are deleted
/// after the commit; a crash in between leaves an orphaned blob.
class WranglerKvStore final : public KvStore {
 public:
  WranglerKvStore(std::filesystem::path database_file, std::filesystem::path blob_folder, const Clock& clock);

  std::optional<KvValue> get(std::string_view key, UnixMillis now) override;
  std::optional<KvItem> head(std::string_view key, UnixMillis now) override;
  bool put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) override;
  std::unique_ptr<KvBatch> begin_batch() override;
  std::size_t erase(std::span<const std::string> keys) override;
  bool erase_version(std::string_view key, std::string_view version) override;
  bool rename(std::string_view from, std::string_view to, UnixMillis now) override;
  KvPage list(const KvListOptions& options, UnixMillis now) override;
  KvStats stats(UnixMillis now, std::size_t biggest) override;
  [[nodiscard]] std::string location() const override { return file_.native(); }
  [[nodiscard]] KvTraits traits() const override { return {.lists_versions = true}; }

  /// Puts all rows that are staged for this namespace into it and removes the keys `gone`, in one transaction
  /// (KvStaging::commit). The blobs of both are in the same folder.
  void adopt(WranglerKvStore& staged, StringSpool& gone);

  /// Removes the rows that are not staged any more, without their blobs: those of an `adopt` that was killed
  /// before it removed the staging, and those whose blobs are gone.
  void disown(WranglerKvStore& staged);

  /// Removes all rows and their blobs, then the blob folder if empty. The SQLite file stays: another process
  /// may have it open. Returns the number of entries removed.
  std::uint64_t clear();

 private:
  friend class WranglerKvBatch;
  struct Row {
    std::string blob_id;
    std::optional<UnixMillis> expiration;
    std::optional<std::string> metadata;
  };

  /// The open database for reading; nullptr while it does not exist or has no entries table yet.
  sqlite::Connection* existing();
  /// The open database for writing, created if needed. Its table may still be missing.
  sqlite::Connection& writable();
  /// Within a write transaction, which also creates the table if missing.
  [[nodiscard]] EntryWriter entry_writer(const sqlite::Connection& connection) const;

  std::optional<Row> find_row(std::string_view key);
  /// Removes up to a few hundred expired rows and their blobs. Best effort: on failure (a lock, a read-only
  /// folder) the entries stay, invisible.
  void sweep_expired(UnixMillis now) noexcept;

  std::filesystem::path file_;
  BlobStore blobs_;
  std::optional<sqlite::Connection> connection_;
  bool has_table_ = false;
};

}  // namespace corral::wrangler
