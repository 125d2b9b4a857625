#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/state_care.hpp"

namespace corral::wrangler {

/// Every SQLite file of the state, by service and path.
std::vector<StateFile> state_files(const std::filesystem::path& state_root);

/// The folders of values of a service ("kv" or "r2"), by name.
std::vector<std::filesystem::path> value_folders(const std::filesystem::path& state_root,
                                                 std::string_view service);

/// Whether a row may name a value so: a plain file name of hexadecimal digits.
bool is_value_name(std::string_view name);

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
