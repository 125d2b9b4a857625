#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <utility>

#include "backends/lmdb/transaction.hpp"

struct MDB_env;

namespace corral::lmdb {

/// An LMDB environment of a state folder (corral_layout.hpp). Opened when first used; reading where there is
/// none creates nothing.
///
/// Format: each transaction first reads the environment's version, which costs one look-up, and throws
/// unavailable if a newer corral wrote it. One that was written before there were versions is read as it is;
/// the first write upgrades it in its own transaction, which then takes the time to rewrite all records.
///
/// Processes: any number may read at once. One writes at a time; the others wait for it without a limit,
/// which is safe because writers never wait for anything but the disk while they hold the lock, and because
/// the lock of a writer that died is taken over by the next. Slots of readers that died are cleared before a
/// write. The map grows as needed, by doubling. A write is durable (flushed) when `write` returns.
class Environment {
 public:
  /// Whether a write waits for the disk. `never`: it survives the process, but a power loss can damage the
  /// whole environment; only for what may be lost.
  enum class Flush { always, never };

  explicit Environment(std::filesystem::path folder, Flush flush = Flush::always)
      : folder_(std::move(folder)), flush_(flush) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

  /// Runs `body` on one state of the data; false, without running it, if there is no environment yet.
  bool read(const std::function<void(Transaction&)>& body);

  /// Runs `body` and commits what it wrote, all or nothing. When the map is too small, it grows and `body`
  /// runs again from the start: it must not change anything else. An exception from `body` undoes all. Throws
  /// UnknownOutcome if the disk fails at the very last write.
  void write(const std::function<void(Transaction&)>& body);

  /// Closes the environment until it is used again. A process that writes much seems to grow with the pages
  /// of the map that it has touched; closing lets go of them, and the file system's cache keeps them.
  void close() noexcept;

  /// The id of the last write that was committed, by whomever; 0 if there is no environment yet. A read that
  /// has the same id has seen the last.
  std::uint64_t last_write();

  /// Bytes of the map at present.
  std::uint64_t map_bytes();

 private:
  bool open(bool create);
  /// `needed`: how long it must be, in bytes.
  bool is_file_short(int& descriptor, std::uint64_t& needed) const;
  void lengthen_file() noexcept;
  static bool are_free(Transaction& transaction, std::uint64_t first, std::uint64_t last);
  void check_file_is_whole();
  MDB_txn* begin(unsigned flags);
  void grow();
  [[noreturn]] void fail_commit(int code);
  void close_handles(const Transaction& transaction);

  std::filesystem::path folder_;
  Flush flush_;
  MDB_env* environment_ = nullptr;
};

}  // namespace corral::lmdb
