#include "backends/files/file_stamp.hpp"

#include <algorithm>
#include <sys/stat.h>

#include <fmt/format.h>

#include "backends/platform/file_times.hpp"

namespace corral {

namespace {

UnixMillis milliseconds(const timespec& time) {
  return UnixMillis{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

std::string text_of(const struct stat& status) {
  const timespec modified = platform::modified_at(status);
  return fmt::format("{}.{}.{}.{}", status.st_ino, status.st_size, modified.tv_sec, modified.tv_nsec);
}

}  // namespace

FileStamp file_stamp(const std::filesystem::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return {};
  const timespec changed = platform::changed_at(status);
  return {.text = fmt::format("{}.{}.{}", text_of(status), changed.tv_sec, changed.tv_nsec),
          .changed_at = std::max(milliseconds(platform::modified_at(status)), milliseconds(changed))};
}

FileStamp database_stamp(const std::filesystem::path& file) {
  FileStamp stamp;
  for (const char* const suffix : {"", "-wal"}) {
    struct stat status {};
    if (::lstat((file.native() + suffix).c_str(), &status) != 0) continue;
    // Opening the database creates an empty WAL.
    if (!stamp.text.empty() && status.st_size == 0) continue;
    stamp.changed_at = std::max(stamp.changed_at, milliseconds(platform::modified_at(status)));
    stamp.text += (stamp.text.empty() ? "" : " ") + text_of(status);
  }
  return stamp;
}

}  // namespace corral
