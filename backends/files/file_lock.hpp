#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "backends/files/durable_file.hpp"

namespace corral {

/// A lock that one process at a time holds, on a file that exists for nothing else. The system releases it
/// when its holder ends, however that happens. It binds only those who ask for it. The file is part of the
/// state: no link leads to it.
class FileLock {
 public:
  /// Waits for the lock without a limit. `waiting` is called about 20 times a second meanwhile; what it
  /// throws ends the waiting. Makes the file and its folders if needed. Throws denied and io.
  FileLock(const std::filesystem::path& file, const std::function<void()>& waiting);

  /// The lock if it is free, without waiting.
  static std::optional<FileLock> at_once(const std::filesystem::path& file);

 private:
  explicit FileLock(const std::filesystem::path& file);
  bool take();

  std::filesystem::path name_;
  FileDescriptor file_;
};

}  // namespace corral
