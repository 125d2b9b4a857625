#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/state_care.hpp"
#include "backends/state_snapshots.hpp"

namespace corral::wrangler {

/// Every SQLite file of the state, by service and path.
std::vector<StateFile> state_files(const std::filesystem::path& state_root);

/// The folders of the values of KV and R2: `<state>/v3/<service>/<folder>/blobs`.
std::vector<std::filesystem::path> blob_folders(const std::filesystem::path& state_root,
                                                const std::vector<StateService>& services);

/// Where the values of one database are found: in its own folder, or, if its name was made safe in a way
/// that cannot be undone, in any folder of the service.
class ValueFinder {
 public:
  ValueFinder(const StateFile& file, const std::filesystem::path& state_root);

  /// nullopt: there is no such value.
  [[nodiscard]] std::optional<std::filesystem::path> find(std::string_view name) const;

 private:
  std::vector<std::filesystem::path> folders_;
};

}  // namespace corral::wrangler
