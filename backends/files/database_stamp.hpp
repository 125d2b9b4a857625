#pragma once

#include <filesystem>
#include <string>

#include "backends/kv_store.hpp"

namespace corral {

/// What the files of an SQLite database look like from outside: as long as that stays the same, nobody has
/// written to it. Costs two calls of stat.
struct DatabaseStamp {
  std::string text;           ///< sizes, times and identities of the file and its write-ahead log
  UnixMillis changed_at = 0;  ///< when the later of the two was written to

  /// Whether a change after this would be seen: a write within the same tick of the file system's clock
  /// would not be.
  [[nodiscard]] bool settled(UnixMillis now) const { return changed_at < now - 100; }
};

/// A database that does not exist has an empty text.
DatabaseStamp database_stamp(const std::filesystem::path& file);

}  // namespace corral
