#include "backends/files/file_lock.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>

#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/text.hpp"

namespace corral {

namespace {

constexpr auto pause_between_attempts = std::chrono::milliseconds(50);
constexpr mode_t file_mode = 0644;

}  // namespace

FileLock::FileLock(const std::filesystem::path& file, const std::function<void()>& waiting) {
  nofollow::make_folders(file.parent_path());
  file_ = nofollow::open(file, O_RDWR | O_CREAT, file_mode);
  if (!file_) throw system_error(errno, "cannot open " + shown(file.native()));
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw system_error(errno, "cannot lock " + shown(file.native()));
    waiting();
    std::this_thread::sleep_for(pause_between_attempts);
  }
}

}  // namespace corral
