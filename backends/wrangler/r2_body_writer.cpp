#include "backends/wrangler/r2_body_writer.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "backends/bytes/hex.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/r2_body_hashes.hpp"

namespace corral::wrangler {

namespace {

constexpr std::uint64_t smallest_piece_bytes = 4096;
constexpr std::uint64_t largest_piece_bytes = std::uint64_t{512} << 10U;

/// Writes one part after the other.
class PartWriter {
 public:
  PartWriter(const BlobStore& blobs, const ObjectWrite& write, Durability durability)
      : blobs_(blobs), write_(write), durability_(durability) {}

  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      if (current_ && room_ == 0) finish_part();
      if (!current_) begin_part();
      const std::string_view some = bytes.substr(0, room_);
      current_->write(some);
      room_ -= some.size();
      bytes.remove_prefix(some.size());
    }
  }

  /// At least one blob, even for an empty body.
  std::vector<PendingBlob> finish() {
    if (!current_) begin_part();
    finish_part();
    return std::move(parts_);
  }

 private:
  void begin_part() {
    if (parts_.size() == r2_max_parts) {
      throw Error(ErrorKind::limit,
                  fmt::format("the object \"{}\" needs more than {} parts", shown(write_.key), r2_max_parts),
                  "choose a larger --part-size");
    }
    current_.emplace(blobs_.begin());
    room_ = write_.part_size;
  }

  void finish_part() {
    parts_.push_back(durability_ == Durability::flushed ? std::move(*current_).finish()
                                                        : std::move(*current_).finish_unflushed());
    current_.reset();
  }

  const BlobStore& blobs_;
  const ObjectWrite& write_;
  Durability durability_;
  std::vector<PendingBlob> parts_;
  std::optional<BlobWriter> current_;
  std::uint64_t room_ = 0;  ///< bytes that the current part can still take
};

}  // namespace

std::string multipart_etag(const std::vector<StoredPart>& parts) {
  Hasher all(HashKind::md5);
  for (const StoredPart& part : parts) all.update(bytes_of_hex(part.md5));
  return fmt::format("{}-{}", hex(all.digest()), parts.size());
}

std::string new_object_version() {
  return random_hex(16);
}

WrittenObject write_body(const BlobStore& blobs, const ObjectWrite& write, ByteSource& body, UnixMillis now,
                         Durability durability) {
  // Grows with the input: a fresh memory page costs more than the bytes of most objects.
  const std::uint64_t expected = body.remaining().value_or(0);
  std::uint64_t size = std::clamp(expected + 1, smallest_piece_bytes, largest_piece_bytes);
  PartWriter writer(blobs, write, durability);
  BodyHashes hashes(write, expected);
  while (true) {
    const std::span<char> room = hashes.room(size);
    const std::size_t count = body.read(room);
    if (count == 0) break;
    hashes.add(count);
    writer.add({room.data(), count});
    if (count == size) size = std::min(4 * size, largest_piece_bytes);
  }
  WrittenObject written;
  written.blobs = writer.finish();  // the last pieces are hashed while these are flushed
  const std::vector<std::string> digests = hashes.finish();
  ObjectInfo& info = written.object.info;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const PendingBlob& blob = written.blobs.at(i);
    written.object.parts.push_back({blob.id(), blob.size(), hex(digests[i])});
    info.size += blob.size();
  }
  written.object.multipart = digests.size() > 1;
  info.etag =
      written.object.multipart ? multipart_etag(written.object.parts) : written.object.parts.front().md5;
  info.key = write.key;
  info.version = write.version ? *write.version : new_object_version();
  info.uploaded = now;
  info.http = write.http;
  info.custom = write.custom;
  info.checksums = write.checksums;
  if (write.add_checksums) write.add_checksums(info.checksums);
  return written;
}

}  // namespace corral::wrangler
