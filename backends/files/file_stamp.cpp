#include "backends/files/file_stamp.hpp"

#include <algorithm>
#include <sys/stat.h>

#include <fmt/format.h>

namespace corral {

namespace {

UnixMillis milliseconds(const timespec& time) {
  return UnixMillis{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

std::string text_of(const struct stat& status) {
  return fmt::format("{}.{}.{}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace

FileStamp file_stamp(const std::filesystem::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return {};
  return {.text = fmt::format("{}.{}.{}", text_of(status), status.st_ctim.tv_sec, status.st_ctim.tv_nsec),
          .changed_at = std::max(milliseconds(status.st_mtim), milliseconds(status.st_ctim))};
}

FileStamp database_stamp(const std::filesystem::path& file) {
  FileStamp stamp;
  for (const char* const suffix : {"", "-wal"}) {
    struct stat status {};
    if (::lstat((file.native() + suffix).c_str(), &status) != 0) continue;
    // Opening the database creates an empty WAL.
    if (!stamp.text.empty() && status.st_size == 0) continue;
    stamp.changed_at = std::max(stamp.changed_at, milliseconds(status.st_mtim));
    stamp.text += (stamp.text.empty() ? "" : " ") + text_of(status);
  }
  return stamp;
}

}  // namespace corral
