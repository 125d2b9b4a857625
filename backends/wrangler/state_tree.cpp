#include "backends/wrangler/state_tree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/files/nofollow.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t object_id_digits = 64;
constexpr std::size_t max_name_bytes = 255;
constexpr std::string_view database_extension = ".sqlite";

bool is_hex(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_folder_name(std::string_view name) {
  return !name.empty() && name.size() <= max_name_bytes && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

bool is_database_name(std::string_view name) {
  if (!name.ends_with(database_extension)) return false;
  name.remove_suffix(database_extension.size());
  return name == "metadata" || (name.size() == object_id_digits && is_hex(name));
}

/// The parts of "<service>/<folder>[/<rest>]".
struct Parts {
  std::string_view service;
  std::string_view folder;
  std::optional<std::string_view> rest;
};

Parts split(std::string_view path) {
  Parts parts;
  const std::size_t first = std::min(path.find('/'), path.size());
  parts.service = path.substr(0, first);
  if (first == path.size()) return parts;
  path.remove_prefix(first + 1);
  const std::size_t second = std::min(path.find('/'), path.size());
  parts.folder = path.substr(0, second);
  if (second < path.size()) parts.rest = path.substr(second + 1);
  return parts;
}

}  // namespace

std::optional<StateService> service_of_path(std::string_view path) {
  const auto service = state_service_of(split(path).service);
  return service == StateService::queues ? std::nullopt : service;
}

bool is_database_path(std::string_view path) {
  const Parts parts = split(path);
  return service_of_path(path) && is_folder_name(parts.folder) && parts.rest && is_database_name(*parts.rest);
}

bool is_value_folder(std::string_view path) {
  const auto service = service_of_path(path);
  if (service != StateService::kv && service != StateService::r2) return false;
  const Parts parts = split(path);
  return is_folder_name(parts.folder) && !parts.rest;
}

bool is_blob_name(std::string_view name) noexcept {
  return is_hex(name) && name.size() <= max_name_bytes;
}

std::vector<std::string> list_databases(const fs::path& v3, const std::vector<StateService>& services) {
  std::vector<std::string> paths;
  for (const StateService service : services) {
    if (service == StateService::queues) continue;
    const std::string root(name_of(service));
    for (const std::string& folder : nofollow::names_in(v3 / root)) {
      for (const std::string& name : nofollow::names_in(v3 / root / folder)) {
        if (is_database_name(name)) paths.push_back(fmt::format("{}/{}/{}", root, folder, name));
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> list_value_folders(const fs::path& v3, const std::vector<StateService>& services) {
  std::vector<std::string> paths;
  for (const StateService service : {StateService::kv, StateService::r2}) {
    if (!holds(services, service)) continue;
    const std::string root(name_of(service));
    for (const std::string& folder : nofollow::names_in(v3 / root)) {
      if (nofollow::is_folder(v3 / root / folder / "blobs"))
        paths.push_back(fmt::format("{}/{}", root, folder));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool holds(const std::vector<StateService>& services, StateService service) {
  return std::find(services.begin(), services.end(), service) != services.end();
}

}  // namespace corral::wrangler
