#pragma once

#include <filesystem>
#include <string_view>

#include "backends/files/file_lock.hpp"

namespace corral::wrangler {

/// The folder where the rows that come for one resource gather (CorralLayout::incoming), held by this
/// process: a small state root with that resource's database alone. The values that the rows name are among
/// those of the resource.
class IncomingFolder {
 public:
  /// Throws busy if another process holds it. `service`: "kv", "r2"; `label`: for the message.
  IncomingFolder(const std::filesystem::path& state_root, std::string_view service, std::string_view id,
                 std::string_view label);

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return folder_; }

  /// Removes it. Whatever has files in it open must be closed.
  void remove() const;

 private:
  std::filesystem::path folder_;
  FileLock lock_;
};

}  // namespace corral::wrangler
