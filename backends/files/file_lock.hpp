#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "backends/files/durable_file.hpp"

namespace corral {

/// An exclusive advisory lock on a dedicated file. The kernel releases it when its holder exits, even on a
/// crash. The file is part of the state, so its path must not contain links.
class FileLock {
 public:
  /// Waits for the lock indefinitely. `waiting` is called about 20 times a second; throwing from it cancels
  /// the wait. Creates the file and its folders if needed. Throws denied and io.
  FileLock(const std::filesystem::path& file, const std::function<void()>& waiting);

  /// The lock, or nullopt if it is held; never waits.
  static std::optional<FileLock> at_once(const std::filesystem::path& file);

 private:
  explicit FileLock(const std::filesystem::path& file);
  bool take();

  std::filesystem::path name_;
  FileDescriptor file_;
};

}  // namespace corral
