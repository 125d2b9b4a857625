#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral::wrangler {

/// The folders of pulls that have not ended (incoming.hpp), for `state gc`.
struct UnfinishedPulls {
  std::vector<std::filesystem::path> kept;  ///< of pulls that are running, or may go on
  std::uint64_t abandoned = 0;              ///< how many were removed

  /// The databases of those kept, whose rows name values that no database of the state names.
  [[nodiscard]] std::vector<std::filesystem::path> databases(std::string_view service) const;
};

/// Removes the folders of pulls that are not running and have written nothing since `before`; with `dry_run`
/// counts them. The values that they name are then orphans.
UnfinishedPulls remove_abandoned_pulls(const std::filesystem::path& state_root, UnixMillis before,
                                       bool dry_run);

}  // namespace corral::wrangler
