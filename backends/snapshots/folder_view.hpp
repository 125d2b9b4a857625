#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "backends/files/durable_file.hpp"

namespace corral::snapshots {

/// A folder held open, so that stat() on thousands of its files does not resolve the path each time. A folder
/// that does not exist has no files.
class FolderView {
 public:
  explicit FolderView(const std::filesystem::path& folder);

  /// The size of a file in bytes; nullopt if it does not exist. Throws denied for a link, invalid_input for
  /// anything else that is not a regular file.
  [[nodiscard]] std::optional<std::uint64_t> size_of(const std::string& name) const;

 private:
  std::filesystem::path path_;
  FileDescriptor folder_;
};

}  // namespace corral::snapshots
