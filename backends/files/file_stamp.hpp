#pragma once

#include <filesystem>
#include <string>

#include "backends/kv_store.hpp"

namespace corral {

/// What a file looks like from outside: as long as that stays the same, nobody has written to it. Costs a
/// call of stat.
struct FileStamp {
  std::string text;           ///< sizes, times and identities; empty: there is no such file
  UnixMillis changed_at = 0;  ///< when it was written to last

  /// Whether a change after this would be seen: a write within the same tick of the file system's clock
  /// would not be.
  [[nodiscard]] bool settled(UnixMillis now) const { return changed_at < now - 100; }
};

/// Of one file. Setting its times back does not deceive it: the time of that is part of the stamp.
FileStamp file_stamp(const std::filesystem::path& file);

/// Of an SQLite database: the file and its write-ahead log. What does not change the content, such as another
/// hard link to the file, does not change the stamp.
FileStamp database_stamp(const std::filesystem::path& file);

}  // namespace corral
