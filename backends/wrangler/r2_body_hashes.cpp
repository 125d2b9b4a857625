#include "backends/wrangler/r2_body_hashes.hpp"

#include <system_error>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral::wrangler {

namespace {

/// Below this, starting a thread costs more than it wins.
constexpr std::uint64_t large_bytes = std::uint64_t{4} << 20U;

}  // namespace

BodyHashes::BodyHashes(const ObjectWrite& write) : write_(write) {
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
  changed_.notify_all();
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

void BodyHashes::add(std::string_view bytes) {
  if (bytes.empty()) return;
  added_ += bytes.size();
  if (added_ < large_bytes || !has_thread()) {
    hash(bytes);
    return;
  }
  wait_until_idle();
  {
    const std::lock_guard lock(mutex_);
    next_ = bytes;
  }
  changed_.notify_all();
}

/// False: the system has no thread for us (RLIMIT_NPROC), and the caller hashes.
bool BodyHashes::has_thread() {
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

void BodyHashes::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !next_.empty() || is_ended_; });
    if (next_.empty()) return;
    const std::string_view bytes = next_;
    lock.unlock();
    hash(bytes);
    lock.lock();
    next_ = {};
    changed_.notify_all();
  }
}

void BodyHashes::wait_until_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return next_.empty(); });
}

std::vector<std::string> BodyHashes::finish() {
  wait_until_idle();
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
