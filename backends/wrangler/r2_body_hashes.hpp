#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "backends/hashing.hpp"
#include "backends/object_store.hpp"

namespace corral::wrangler {

/// The hashes of a body that comes piece by piece: MD5 of each part of `write.part_size` bytes, and of the
/// whole what `write.checksums` asks for. Large bodies are hashed in a second thread while the caller writes
/// and reads on; hashing alone takes as long as both.
class BodyHashes {
 public:
  explicit BodyHashes(const ObjectWrite& write);
  BodyHashes(const BodyHashes&) = delete;
  BodyHashes& operator=(const BodyHashes&) = delete;
  ~BodyHashes();

  /// Hashes the next bytes, behind the caller's back if there were many. They must stay as they are until the
  /// next call of `add` or `finish` returns; those given before may change.
  void add(std::string_view bytes);

  /// The MD5 of each part in order, as bytes; at least one, also of an empty body. Throws conflict if the
  /// body does not have a checksum that the write asks for. Ends the hashing.
  std::vector<std::string> finish();

 private:
  void hash(std::string_view bytes);
  bool has_thread();
  void work();
  void wait_until_idle();

  const ObjectWrite& write_;
  std::vector<std::pair<HashKind, Hasher>> whole_;
  Hasher part_{HashKind::md5};
  std::uint64_t part_bytes_ = 0;
  std::vector<std::string> part_digests_;

  std::uint64_t added_ = 0;
  std::thread thread_;  ///< started when the body turns out to be large
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string_view next_;  ///< what the thread is to hash, or is hashing; empty: it is idle
  bool is_ended_ = false;
};

}  // namespace corral::wrangler
