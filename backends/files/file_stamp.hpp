#pragma once

#include <filesystem>
#include <string>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// A cheap change detector from stat(): while it is unchanged, the file has not been written to.
struct FileStamp {
  std::string text;           ///< sizes, times and inodes; empty: no such file
  UnixMillis changed_at = 0;  ///< when it was last written to

  /// Whether any later change would be detected: a write within the same tick of the file system's clock
  /// would not be.
  [[nodiscard]] bool settled(UnixMillis now) const { return changed_at < now - 100; }
};

/// The stamp of one file. Resetting its mtime does not fool it: ctime is part of the stamp.
FileStamp file_stamp(const std::filesystem::path& file);

/// The stamp of an SQLite database: the file and its WAL. Operations that do not change the content, such as
/// adding a hard link, do not change the stamp.
FileStamp database_stamp(const std::filesystem::path& file);

}  // namespace corral
