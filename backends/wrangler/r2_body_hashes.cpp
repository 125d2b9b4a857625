#include "backends/wrangler/r2_body_hashes.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::wrangler {

namespace {

/// Below this, starting a thread costs more than it saves.
constexpr std::uint64_t large_bytes = std::uint64_t{4} << 20U;

}  // namespace

BodyHashes::BodyHashes(const ObjectWrite& write, std::uint64_t expected)
    : write_(write), expected_(expected) {
  for (const HashKind kind : hash_kinds) {
    if (write.checksums.of(kind)) whole_.emplace_back(kind, Hasher(kind));
  }
}

BodyHashes::~BodyHashes() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
  }
  filled_.notify_one();
  thread_.join();
}

void BodyHashes::hash(std::string_view bytes) {
  for (auto& [kind, hasher] : whole_) hasher.update(bytes);
  while (!bytes.empty()) {
    if (part_bytes_ == write_.part_size) {
      part_digests_.push_back(part_.digest());
      part_ = Hasher(HashKind::md5);
      part_bytes_ = 0;
    }
    const std::string_view some = bytes.substr(0, write_.part_size - part_bytes_);
    part_.update(some);
    part_bytes_ += some.size();
    bytes.remove_prefix(some.size());
  }
}

std::span<char> BodyHashes::room(std::size_t bytes) {
  {
    std::unique_lock lock(mutex_);
    // Once all pieces are queued, wait for several of them: a wakeup per piece would slow the other thread.
    if (waiting_ == depth) hashed_.wait(lock, [this] { return waiting_ <= depth / 2; });
  }
  Piece& piece = pieces_.at(next_);
  if (piece.capacity < bytes) {
    piece.memory = std::make_unique_for_overwrite<char[]>(bytes);  // NOLINT(*-avoid-c-arrays)
    piece.capacity = bytes;
  }
  return {piece.memory.get(), bytes};
}

void BodyHashes::add(std::size_t bytes) {
  if (bytes == 0) return;
  added_ += bytes;
  Piece& piece = pieces_.at(next_);
  if (std::max(added_, expected_) < large_bytes || !has_thread()) {
    hash({piece.memory.get(), bytes});
    return;
  }
  piece.bytes = bytes;
  next_ = (next_ + 1) % depth;
  {
    const std::lock_guard lock(mutex_);
    ++waiting_;
  }
  filled_.notify_one();
}

/// False: no thread can be created (RLIMIT_NPROC), so the caller hashes.
bool BodyHashes::has_thread() {
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([this, first = next_] { work(first); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

void BodyHashes::work(std::size_t first) {
  std::unique_lock lock(mutex_);
  while (true) {
    filled_.wait(lock, [this] { return waiting_ > 0 || is_ended_; });
    if (waiting_ == 0) return;
    const Piece& piece = pieces_.at(first);
    lock.unlock();
    hash({piece.memory.get(), piece.bytes});
    first = (first + 1) % depth;
    lock.lock();
    --waiting_;
    if (waiting_ <= depth / 2) hashed_.notify_one();
  }
}

std::vector<std::string> BodyHashes::finish() {
  {
    std::unique_lock lock(mutex_);
    hashed_.wait(lock, [this] { return waiting_ == 0; });
  }
  for (auto& [kind, hasher] : whole_) {
    const std::string found = hex(hasher.digest());
    const std::string& expected = *write_.checksums.of(kind);
    if (found == expected) continue;
    throw Error(ErrorKind::conflict,
                fmt::format("the {} of the bytes for \"{}\" is {}, not {}", name_of(kind), shown(write_.key),
                            found, shown(expected)),
                "nothing was stored; the bytes or the hash are not the right ones");
  }
  part_digests_.push_back(part_.digest());
  return std::move(part_digests_);
}

}  // namespace corral::wrangler
