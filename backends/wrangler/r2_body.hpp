#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/files/file_backed_source.hpp"
#include "backends/wrangler/blob_store.hpp"
#include "backends/wrangler/r2_rows.hpp"

namespace corral::wrangler {

/// Reads a range of an object's bytes, stored in one blob or one per part. Up to 256 blobs are opened up
/// front, so that the body outlives its object; beyond that, each is opened when reached. Independent of the
/// store that opened it.
class StoredBody final : public FileBackedSource {
 public:
  /// Opens the blobs that the range touches; nullptr if one of them is gone.
  static std::unique_ptr<StoredBody> open(const BlobStore& blobs, const StoredObject& object,
                                          std::uint64_t offset, std::uint64_t length);

  std::size_t read(std::span<char> buffer) override;
  Range take_range() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_; }

 private:
  struct Piece {
    std::string blob_id;
    std::uint64_t offset = 0;  ///< in the blob
    std::uint64_t length = 0;
    FileDescriptor file;
  };

  StoredBody(const BlobStore& blobs, std::string key, std::uint64_t length)
      : blobs_(blobs), key_(std::move(key)), left_(length) {}

  /// The piece to go on with, opened; nullptr: the end.
  Piece* current();

  BlobStore blobs_;
  std::string key_;
  std::uint64_t left_;
  std::vector<Piece> pieces_;
  std::size_t current_ = 0;
};

}  // namespace corral::wrangler
