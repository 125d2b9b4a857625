#include "backends/files/file_lock.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"

namespace corral {

namespace {

constexpr auto pause_between_attempts = std::chrono::milliseconds(50);
constexpr mode_t file_mode = 0644;

}  // namespace

FileLock::FileLock(const std::filesystem::path& file) : name_(file) {
  nofollow::make_folders(file.parent_path());
  file_ = nofollow::open(file, O_RDWR | O_CREAT, file_mode);
  if (!file_) throw system_error(errno, "cannot open " + shown(file.native()));
}

bool FileLock::take() {
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK || errno == EINTR) return false;
  throw system_error(errno, "cannot lock " + shown(name_.native()));
}

FileLock::FileLock(const std::filesystem::path& file, const std::function<void()>& waiting) : FileLock(file) {
  while (!take()) {
    waiting();
    std::this_thread::sleep_for(pause_between_attempts);
  }
}

std::optional<FileLock> FileLock::at_once(const std::filesystem::path& file) {
  FileLock lock(file);
  if (!lock.take()) return std::nullopt;
  return lock;
}

}  // namespace corral
