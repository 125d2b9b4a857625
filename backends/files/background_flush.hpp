#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>

namespace corral {

/// Flushes a large file from a second thread while it is being written, so that little is left for the final
/// flush. Asking the kernel to start writeback (sync_file_range) is not enough: the disk has a write cache,
/// and draining it at the end took a fifth of the time of a put
/// (docs/decisions/0014-flushed-while-written.md). Small files cost nothing: the thread starts after the
/// first 8 MiB. If no thread can be created, falls back to sync_file_range.
class BackgroundFlush {
 public:
  /// `fd` must stay open for as long as this lives.
  explicit BackgroundFlush(int fd) : fd_(fd) {}
  BackgroundFlush(const BackgroundFlush&) = delete;
  BackgroundFlush& operator=(const BackgroundFlush&) = delete;
  ~BackgroundFlush();

  /// Reports that the file now has `bytes` bytes. Throws io, naming `name`, if an earlier flush failed: the
  /// kernel reports an error only once, so a later fsync would succeed.
  void wrote(std::uint64_t bytes, std::string_view name);

  /// Ends the thread. The caller must still flush the most recent writes. Throws like `wrote`.
  void finish(std::string_view name);

 private:
  void work();
  void stop();
  void check(std::string_view name) const;

  int fd_;
  std::uint64_t announced_ = 0;  ///< bytes reported to the thread
  bool has_no_thread_ = false;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t wanted_ = 0;  ///< bytes to be flushed
  bool is_ended_ = false;
  int error_ = 0;  ///< errno of a failed flush
};

}  // namespace corral
