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

/// A blob that was written but that no row names yet. Removed again unless the ValueTransaction that it is
/// given to is, or may be, committed.
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

/// A blob that is being written piece by piece. Destroyed before `finish` it leaves no trace. Throws io.
class BlobWriter {
 public:
  void write(std::string_view bytes);

  /// Bytes written so far.
  [[nodiscard]] std::uint64_t size() const noexcept { return blob_.size(); }

  /// The blob, on disk when this returns.
  PendingBlob finish() &&;

  /// The blob, which `BlobStore::flush` is to bring to the disk.
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
/// bytes and 8 bytes of big-endian milliseconds, in hex; docs/reference/state-layout.md). A blob is written
/// whole and flushed before its row is committed, never changed, and removed after its row is gone: a
/// crash leaves at worst a file that no row names. Throws io; denied and invalid_input where a link or
/// something else than a file is in the place of a blob.
class BlobStore {
 public:
  /// `clock` dates the ids, and must outlive the store.
  BlobStore(std::filesystem::path folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {}

  /// Writes the source to its end as a new blob; makes the folder if needed. Throws limit, naming
  /// `what`, if it is larger than `limit` bytes. The blob is on disk when this returns.
  PendingBlob write(ByteSource& source, std::uint64_t limit, std::string_view what) const;

  /// Like write, but leaves it to `flush` to bring it to the disk.
  PendingBlob write_unflushed(std::string_view bytes) const;

  /// Begins a blob; makes the folder if needed.
  [[nodiscard]] BlobWriter begin() const;

  /// Where a blob is, whether or not it exists; nullopt for what cannot name one.
  [[nodiscard]] std::optional<std::filesystem::path> file_of(std::string_view id) const;

  /// A blob with the bytes of a file that never changes, such as a blob of this or another store: a second
  /// name of it where the file system can, else a copy. On disk when this returns. nullopt: there is no such
  /// file.
  [[nodiscard]] std::optional<PendingBlob> duplicate(const std::filesystem::path& file) const;

  /// Brings the blobs and their names to the disk, together where they are many.
  void flush(const std::vector<PendingBlob>& blobs) const;

  /// Opens a blob; an empty descriptor if there is none.
  [[nodiscard]] FileDescriptor open(std::string_view id) const;

  /// The size in bytes; nullopt if there is no such blob.
  [[nodiscard]] std::optional<std::uint64_t> size(std::string_view id) const;

  /// Removes the folder, and the one that it is in, if nothing else is in them. Durable. Throws io.
  void remove_if_empty() const;

  /// Throws denied if the folder lies behind a symbolic link. Before rows go whose blobs are to be removed:
  /// `remove` itself leaves such blobs alone and says nothing.
  void check_folder() const;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  friend class BlobWriter;
  friend class PendingBlob;
  friend class ValueTransaction;
  /// Removes a blob; one that is gone already is fine.
  void remove(std::string_view id) const noexcept;
  [[nodiscard]] FileDescriptor create(const std::string& id) const;
  [[nodiscard]] std::string path_of(std::string_view id) const;
  void flush_names() const;
  [[nodiscard]] PendingBlob new_blob() const;

  std::filesystem::path folder_;
  const Clock& clock_;
  mutable std::atomic<bool> is_checked_ = false;
};

}  // namespace corral::wrangler
