#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "backends/state_care.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::wrangler {

/// Every SQLite file of the state, ordered by service and path.
std::vector<StateFile> state_files(const std::filesystem::path& state_root);

/// When a file was last changed in any way: a copy may be a hard link to an old file, and linking updates
/// only the time of the last change of any kind.
UnixMillis touched_at(const struct stat& status);

/// The blob folders of KV and R2: `<state>/v3/<service>/<folder>/blobs`.
std::vector<std::filesystem::path> blob_folders(const std::filesystem::path& state_root,
                                                const std::vector<StateService>& services);

/// Locates the blobs of one database: in its own folder or, if that name cannot be recovered from the
/// sanitized one, in any folder of the service.
class ValueFinder {
 public:
  ValueFinder(const StateFile& file, const std::filesystem::path& state_root);

  /// nullopt: no such blob.
  [[nodiscard]] std::optional<std::filesystem::path> find(std::string_view name) const;

 private:
  std::vector<std::filesystem::path> folders_;
};

}  // namespace corral::wrangler
