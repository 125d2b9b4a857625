#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <utility>

#include "backends/lmdb/transaction.hpp"

struct MDB_env;

namespace corral::lmdb {

/// An LMDB environment of a state folder (corral_layout.hpp). Opened on first use; reading a missing one
/// creates nothing.
///
/// Format: each transaction first reads the environment's version, which costs one look-up, and throws
/// unavailable if a newer corral wrote it. An environment from before versions were introduced is readable as
/// it is; the first write upgrades it within its own transaction, which then takes the time to rewrite all
/// records.
///
/// Processes: any number may read at once. One writes at a time; others wait for it without a timeout, which
/// is safe because a writer waits only for the disk while it holds the lock, and a dead writer's lock passes
/// to the next. Reader slots of dead processes are cleared before a write. The map grows by doubling, as
/// needed. A write is durable (flushed) when `write` returns.
///
/// Threads: LMDB allows a process to open an environment once, so threads share it. They take turns: handles
/// of databases and the size of the map may only change while no transaction is open.
class Environment {
 public:
  /// Whether a write waits for the disk. `never`: it survives a crash of the process, but a power loss can
  /// damage the whole environment; only for disposable data.
  enum class Flush { always, never };

  explicit Environment(std::filesystem::path folder, Flush flush = Flush::always)
      : folder_(std::move(folder)), flush_(flush) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

  /// Runs `body` on one snapshot of the data. Returns false, without running it, if there is no environment
  /// yet.
  bool read(const std::function<void(Transaction&)>& body);

  /// Runs `body` and commits its changes atomically. If the map is too small, it grows and `body` runs again
  /// from the start: it must have no other side effects. An exception from `body` rolls everything back.
  /// Throws UnknownOutcome if the disk fails at the final write.
  void write(const std::function<void(Transaction&)>& body);

  /// Closes the environment until its next use. The pages of the map that a process has touched count towards
  /// its memory; closing releases them, and they stay in the page cache.
  void close() noexcept;

  /// The id of the last committed write of any process; 0 if there is no environment yet. A read transaction
  /// with the same id has seen that write.
  std::uint64_t last_write();

  /// The current size of the map in bytes.
  std::uint64_t map_bytes();

 private:
  bool open(bool create);
  /// Whether the file is shorter than LMDB's metadata says. `needed`: the length it must have, in bytes.
  bool is_file_short(int& descriptor, std::uint64_t& needed) const;
  void lengthen_file() noexcept;
  static bool are_free(Transaction& transaction, std::uint64_t first, std::uint64_t last);
  void check_file_is_whole();
  MDB_txn* begin(unsigned flags);
  void grow();
  [[noreturn]] void fail_commit(int code);
  void flush_commit() const;
  void close_handles(const Transaction& transaction);

  std::filesystem::path folder_;
  Flush flush_;
  MDB_env* environment_ = nullptr;
  std::recursive_mutex turn_;  ///< recursive: a transaction's body may read by another one
};

}  // namespace corral::lmdb
