#pragma once

#include <filesystem>
#include <utility>

#include "backends/sql_database.hpp"

namespace corral::wrangler {

/// D1 databases as stored by `wrangler dev`: one SQLite file each, named by the object id derived from the
/// database's id (docs/reference/state-layout.md).
class WranglerD1Backend final : public SqlBackend {
 public:
  explicit WranglerD1Backend(std::filesystem::path state_root) : state_root_(std::move(state_root)) {}

  std::unique_ptr<SqlDatabase> open(std::string_view id, const SqlOpenOptions& options) override;
  using SqlBackend::scratch;
  std::unique_ptr<SqlDatabase> scratch(const SqlOpenOptions& options) override;
  bool is_stored(std::string_view id) override;
  std::vector<std::filesystem::path> stored_files() override;
  void drop(std::string_view id) override;

 private:
  std::filesystem::path state_root_;
};

}  // namespace corral::wrangler
