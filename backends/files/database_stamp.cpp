#include "backends/files/database_stamp.hpp"

#include <algorithm>
#include <sys/stat.h>

#include <fmt/format.h>

namespace corral {

DatabaseStamp database_stamp(const std::filesystem::path& file) {
  DatabaseStamp stamp;
  for (const char* const suffix : {"", "-wal"}) {
    struct stat status {};
    if (::stat((file.native() + suffix).c_str(), &status) != 0) continue;
    // Whoever opens the database makes an empty log.
    if (!stamp.text.empty() && status.st_size == 0) continue;
    const auto milliseconds = UnixMillis{status.st_mtim.tv_sec} * 1000 + status.st_mtim.tv_nsec / 1'000'000;
    stamp.changed_at = std::max(stamp.changed_at, milliseconds);
    stamp.text += fmt::format("{}{}.{}.{}.{}", stamp.text.empty() ? "" : " ", status.st_ino, status.st_size,
                              status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  }
  return stamp;
}

}  // namespace corral
