#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "backends/bytes/hashing.hpp"
#include "backends/object_store.hpp"

namespace corral::wrangler {

/// Hashes a body incrementally: MD5 of each part of `write.part_size` bytes, and of the whole body the hashes
/// that `write.checksums` asks for. Large bodies are hashed on a second thread while the caller continues
/// reading and writing; hashing takes longer than both, so a few pieces are queued to keep it busy.
class BodyHashes {
 public:
  /// `expected`: the body's size in bytes, as far as known.
  explicit BodyHashes(const ObjectWrite& write, std::uint64_t expected = 0);
  BodyHashes(const BodyHashes&) = delete;
  BodyHashes& operator=(const BodyHashes&) = delete;
  ~BodyHashes();

  /// A buffer for the next piece of at most `bytes`; waits until one is free.
  std::span<char> room(std::size_t bytes);

  /// Hashes the first `bytes` of the last `room`, on the worker thread once the body is large. They stay
  /// readable until the next call of `room`.
  void add(std::size_t bytes);

  /// The MD5 of each part in order, as bytes; at least one, even for an empty body. Throws conflict if the
  /// body does not match a checksum of the write. Call it last.
  std::vector<std::string> finish();

 private:
  /// The number of piece buffers.
  static constexpr std::size_t depth = 4;

  struct Piece {
    std::unique_ptr<char[]> memory;  // NOLINT(*-avoid-c-arrays): not initialised, unlike a vector's
    std::size_t capacity = 0;
    std::size_t bytes = 0;
  };

  void hash(std::string_view bytes);
  bool has_thread();
  void work(std::size_t first);

  const ObjectWrite& write_;
  std::vector<std::pair<HashKind, Hasher>> whole_;
  Hasher part_{HashKind::md5};
  std::uint64_t part_bytes_ = 0;
  std::vector<std::string> part_digests_;

  std::uint64_t expected_;
  std::uint64_t added_ = 0;
  std::array<Piece, depth> pieces_;  ///< a ring
  std::size_t next_ = 0;             ///< the piece that `room` returns
  std::thread thread_;               ///< started once the body turns out to be large
  std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable hashed_;
  std::size_t waiting_ = 0;  ///< pieces before `next_` still to be hashed by the thread
  bool is_ended_ = false;
};

}  // namespace corral::wrangler
