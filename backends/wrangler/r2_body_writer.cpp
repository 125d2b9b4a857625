#include "backends/wrangler/r2_body_writer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral::wrangler {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

/// The hashes of the whole body that the writer asked for.
class ExpectedChecksums {
 public:
  explicit ExpectedChecksums(const ObjectWrite& write) : write_(write) {
    for (const HashKind kind : hash_kinds) {
      if (write.checksums.of(kind)) hashers_.emplace_back(kind, Hasher(kind));
    }
  }

  void update(std::string_view bytes) {
    for (auto& [kind, hasher] : hashers_) hasher.update(bytes);
  }

  void check() {
    for (auto& [kind, hasher] : hashers_) {
      const std::string found = hex(hasher.digest());
      const std::string& expected = *write_.checksums.of(kind);
      if (found == expected) continue;
      throw Error(ErrorKind::conflict,
                  fmt::format("the {} of the bytes for \"{}\" is {}, not {}", name_of(kind),
                              shown(write_.key), found, shown(expected)),
                  "nothing was stored; the bytes or the hash are not the right ones");
    }
  }

 private:
  const ObjectWrite& write_;
  std::vector<std::pair<HashKind, Hasher>> hashers_;
};

/// One part after the other.
class PartWriter {
 public:
  PartWriter(const BlobStore& blobs, const ObjectWrite& write, Durability durability)
      : blobs_(blobs), write_(write), durability_(durability) {}

  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      if (current_ && current_->size() == write_.part_size) finish_part();
      if (!current_) begin_part();
      const std::string_view some = bytes.substr(0, write_.part_size - current_->size());
      md5_.update(some);
      current_->write(some);
      bytes.remove_prefix(some.size());
    }
  }

  WrittenObject finish() {
    if (!current_) begin_part();  // an empty body is an empty blob
    finish_part();
    written_.object.multipart = written_.object.parts.size() > 1;
    ObjectInfo& info = written_.object.info;
    info.etag = written_.object.multipart ? multipart_etag() : written_.object.parts.front().md5;
    for (const StoredPart& part : written_.object.parts) info.size += part.size;
    return std::move(written_);
  }

 private:
  void begin_part() {
    if (written_.object.parts.size() == r2_max_parts) {
      throw Error(ErrorKind::limit,
                  fmt::format("the object \"{}\" needs more than {} parts", shown(write_.key), r2_max_parts),
                  "choose a larger --part-size");
    }
    current_.emplace(blobs_.begin());
    md5_ = Hasher(HashKind::md5);
  }

  void finish_part() {
    PendingBlob blob = durability_ == Durability::flushed ? std::move(*current_).finish()
                                                          : std::move(*current_).finish_unflushed();
    const std::string digest = md5_.digest();
    digests_ += digest;
    written_.object.parts.push_back({blob.id(), blob.size(), hex(digest)});
    written_.blobs.push_back(std::move(blob));
    current_.reset();
  }

  /// The MD5 of the parts' MD5s, and how many there are.
  [[nodiscard]] std::string multipart_etag() const {
    Hasher all(HashKind::md5);
    all.update(digests_);
    return fmt::format("{}-{}", hex(all.digest()), written_.object.parts.size());
  }

  const BlobStore& blobs_;
  const ObjectWrite& write_;
  Durability durability_;
  WrittenObject written_;
  std::optional<BlobWriter> current_;
  Hasher md5_{HashKind::md5};
  std::string digests_;
};

}  // namespace

std::string new_object_version() {
  return random_hex(16);
}

WrittenObject write_body(const BlobStore& blobs, const ObjectWrite& write, ByteSource& body, UnixMillis now,
                         Durability durability) {
  PartWriter writer(blobs, write, durability);
  ExpectedChecksums checksums(write);
  const std::size_t size =
      std::clamp<std::uint64_t>(body.remaining().value_or(buffer_bytes) + 1, 4096, buffer_bytes);
  std::string buffer(size, '\0');
  while (const std::size_t count = body.read(buffer)) {
    const std::string_view bytes(buffer.data(), count);
    checksums.update(bytes);
    writer.add(bytes);
  }
  checksums.check();
  WrittenObject written = writer.finish();
  ObjectInfo& info = written.object.info;
  info.key = write.key;
  info.version = new_object_version();
  info.uploaded = now;
  info.http = write.http;
  info.custom = write.custom;
  info.checksums = write.checksums;
  return written;
}

}  // namespace corral::wrangler
