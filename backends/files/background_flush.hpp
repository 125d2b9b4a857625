#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>

namespace corral {

/// Brings a large file to the disk from a second thread while its writer writes on, so that the flush at the
/// end finds little left to do. Asking the kernel to begin writing (sync_file_range) is not enough: the disk
/// keeps what it gets in a cache of its own, and emptying that at the end took a fifth of the time of a put
/// (docs/decisions/0014-flushed-while-written.md). Small files cost nothing: the thread begins with the first
/// 8 MiB. Where the system has no thread for us, the kernel is asked after all.
class BackgroundFlush {
 public:
  /// `fd` must stay open for as long as this lives.
  explicit BackgroundFlush(int fd) : fd_(fd) {}
  BackgroundFlush(const BackgroundFlush&) = delete;
  BackgroundFlush& operator=(const BackgroundFlush&) = delete;
  ~BackgroundFlush();

  /// The file has so many bytes now. Throws io, naming `name`, if an earlier flush failed: the system tells
  /// that only once, a later fsync would succeed.
  void wrote(std::uint64_t bytes, std::string_view name);

  /// Ends the thread. What was written last is yet to be flushed by the caller. Throws what `wrote` throws.
  void finish(std::string_view name);

 private:
  void work();
  void stop();
  void check(std::string_view name) const;

  int fd_;
  std::uint64_t announced_ = 0;  ///< how many bytes the thread knows of
  bool has_no_thread_ = false;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t wanted_ = 0;  ///< bytes that are to be on the disk
  bool is_ended_ = false;
  int error_ = 0;  ///< errno of a flush that failed
};

}  // namespace corral
