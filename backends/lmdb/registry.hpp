#pragma once

#include "backends/lmdb/environment.hpp"
#include "backends/registry.hpp"

namespace corral::lmdb {

/// The registry in an LMDB environment: one named database that maps "<kind>/<id>" to a JSON object {"name",
/// "created_at", "settings"}. A state folder holds few resources, so a look-up by name scans those of its
/// kind.
class LmdbRegistry final : public Registry {
 public:
  /// The environment must outlive the registry.
  explicit LmdbRegistry(Environment& environment) : environment_(environment) {}

  void add(const Resource& resource) override;
  std::optional<Resource> find_id(ResourceKind kind, std::string_view id) override;
  std::optional<Resource> find_name(ResourceKind kind, std::string_view name) override;
  std::vector<Resource> list(ResourceKind kind) override;
  void rename(ResourceKind kind, std::string_view id, std::string_view new_name) override;
  void set_settings(ResourceKind kind, std::string_view id, std::string_view settings) override;
  void edit_settings(ResourceKind kind, std::string_view id,
                     const std::function<std::string(const std::string&)>& edit) override;
  bool remove(ResourceKind kind, std::string_view id) override;

 private:
  Environment& environment_;
};

}  // namespace corral::lmdb
