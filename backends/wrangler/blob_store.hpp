#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/clock.hpp"
#include "backends/files/background_flush.hpp"
#include "backends/files/durable_file.hpp"

namespace corral::wrangler {

class BlobStore;

/// A blob that was written but is not referenced by a row yet. Removed on destruction unless the
/// ValueTransaction that it was given to is, or may be, committed.
class PendingBlob {
 public:
  PendingBlob(PendingBlob&& other) noexcept;
  PendingBlob& operator=(PendingBlob&& other) noexcept;
  PendingBlob(const PendingBlob&) = delete;
  PendingBlob& operator=(const PendingBlob&) = delete;
  ~PendingBlob();

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  friend class BlobStore;
  friend class BlobWriter;
  friend class ValueTransaction;
  void keep() noexcept { store_ = nullptr; }
  PendingBlob(const BlobStore& store, std::string id) : store_(&store), id_(std::move(id)) {}

  const BlobStore* store_;
  std::string id_;
  std::uint64_t size_ = 0;
};

/// Writes a blob incrementally. Destroying it before `finish` discards the blob. Throws io.
class BlobWriter {
 public:
  void write(std::string_view bytes);

  /// Bytes written so far.
  [[nodiscard]] std::uint64_t size() const noexcept { return blob_.size(); }

  /// The finished blob, durable on return.
  PendingBlob finish() &&;

  /// The finished blob, not durable until `BlobStore::flush`.
  PendingBlob finish_unflushed() &&;

 private:
  friend class BlobStore;
  BlobWriter(const BlobStore& store, PendingBlob blob, FileDescriptor file);

  const BlobStore* store_;
  PendingBlob blob_;
  FileDescriptor file_;
  std::unique_ptr<BackgroundFlush> flush_;  ///< after file_, which it uses
};

/// The values of one namespace or bucket: one file each, named by an id that is never used twice (32 random
/// bytes and 8 bytes of big-endian milliseconds, in hex; docs/reference/state-layout.md). A value that has an
/// origin (KvEntry::origin) has it in place of the last 16 of the random bytes (docs/formats.md). A blob is
/// completely written and flushed before its row is committed, is immutable, and is removed after its row: a
/// crash leaves at worst an orphaned blob. Throws io; denied or invalid_input if a link or anything but a
/// regular file is in place of a blob.
class BlobStore {
 public:
  /// `clock` dates the ids, and must outlive the store.
  BlobStore(std::filesystem::path folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {}
  BlobStore(const BlobStore& other)
      : folder_(other.folder_), clock_(other.clock_), is_checked_(other.is_checked_.load()) {}
  BlobStore& operator=(const BlobStore&) = delete;
  ~BlobStore() = default;

  /// Writes all of the source as a new blob; creates the folder if needed. Throws limit, naming `what`, if it
  /// is larger than `limit` bytes. The blob is on disk when this returns.
  PendingBlob write(ByteSource& source, std::uint64_t limit, std::string_view what) const;

  /// Like write, but not durable until `flush`. `origin`: 32 hex digits, or empty.
  PendingBlob write_unflushed(std::string_view bytes, std::string_view origin = {}) const;

  /// Begins a blob; creates the folder if needed.
  [[nodiscard]] BlobWriter begin() const;

  /// The path of a blob, whether or not it exists; nullopt for an invalid id.
  [[nodiscard]] std::optional<std::filesystem::path> file_of(std::string_view id) const;

  /// A blob with the bytes of an immutable file, such as a blob of this or another store: a hard link where
  /// supported, otherwise a copy. Durable on return. nullopt: no such file.
  [[nodiscard]] std::optional<PendingBlob> duplicate(const std::filesystem::path& file) const;

  /// Flushes the blobs and their names to disk, with one syncfs if there are many.
  void flush(const std::vector<PendingBlob>& blobs) const;

  /// Opens a blob; an empty descriptor if there is none.
  [[nodiscard]] FileDescriptor open(std::string_view id) const;

  /// The size in bytes; nullopt if there is no such blob.
  [[nodiscard]] std::optional<std::uint64_t> size(std::string_view id) const;

  /// Removes the folder and its parent, if empty. Durable. Throws io.
  void remove_if_empty() const;

  /// Throws corrupt, naming the `owner`, if there is no such blob.
  void require(std::string_view id, std::string_view owner) const;

  /// Throws denied if a symbolic link leads to the folder. Call it before deleting rows whose blobs are to be
  /// removed: `remove` itself silently skips such blobs.
  void check_folder() const;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  friend class BlobWriter;
  friend class PendingBlob;
  friend class ValueTransaction;
  /// Removes a blob; no effect if it is already gone.
  void remove(std::string_view id) const noexcept;
  [[nodiscard]] FileDescriptor create(const std::string& id) const;
  [[nodiscard]] std::string path_of(std::string_view id) const;
  void flush_names() const;
  [[nodiscard]] PendingBlob new_blob(std::string_view origin = {}) const;

  std::filesystem::path folder_;
  const Clock& clock_;
  mutable std::atomic<bool> is_checked_ = false;
};

}  // namespace corral::wrangler
