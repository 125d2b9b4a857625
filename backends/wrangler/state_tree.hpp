#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/state_snapshots.hpp"

namespace corral::wrangler {

/// The service that a file below `v3` belongs to, by the first component of its path; nullopt: none.
std::optional<StateService> service_of_path(std::string_view path);

/// Whether the text is the path of a database below `v3`: "<kv|d1|r2|do>/<folder>/<64 hex digits>.sqlite", or
/// "metadata.sqlite" for the alarms of a class. Validates paths from a manifest before use.
bool is_database_path(std::string_view path);

/// Whether it is the path of a blob folder below `v3`, without the final "/blobs": "kv/<folder>".
bool is_value_folder(std::string_view path);

/// Whether the text can be a blob's file name: lower-case hex digits, at most 255 of them. Validates names
/// from a row or manifest before use as a path.
bool is_blob_name(std::string_view name) noexcept;

/// The databases below `v3` as such paths, sorted.
std::vector<std::string> list_databases(const std::filesystem::path& v3,
                                        const std::vector<StateService>& services);

/// The blob folders below `v3` as such paths, sorted.
std::vector<std::string> list_value_folders(const std::filesystem::path& v3,
                                            const std::vector<StateService>& services);

/// Whether the list contains the service.
bool holds(const std::vector<StateService>& services, StateService service);

}  // namespace corral::wrangler
