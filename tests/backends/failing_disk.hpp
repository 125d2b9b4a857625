#pragma once

#include <cstdint>

namespace corral::testing {

/// A disk that fails once: while one of these lives, the chosen one of SQLite's writes and flushes fails. It
/// stands between SQLite and its files (sqlite.org/vfs.html), for connections that are opened meanwhile, and
/// counts the calls on databases, journals and write-ahead logs together. What was written before stays
/// written, as on a real disk. Flushes that do not fail are left out, for they take time and nothing else.
class FailingDisk {
 public:
  enum class Fault {
    flush_error,  ///< EIO from fsync: readers still see the bytes in the file
    write_error,  ///< EIO from write: nothing of the call is in the file
    disk_full,    ///< ENOSPC from write, with the first half of the call in the file
  };

  /// The `fails_at`th call that the fault is about fails, counted from 1; 0: none.
  FailingDisk(Fault fault, std::uint64_t fails_at);
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk();

  /// Whether the call that was to fail has come.
  [[nodiscard]] static bool has_failed();
};

}  // namespace corral::testing
