#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/migration_records.hpp"

namespace corral::migrations {

/// Records nothing: for an account's databases, whose migrations table is all that there is, and for
/// throw-away copies.
class NoMigrationRecords final : public MigrationRecords {
 public:
  std::map<std::string, MigrationRecord> of(std::string_view /*database_id*/) override { return {}; }
  void put(std::string_view /*database_id*/,
           const std::vector<std::pair<std::string, MigrationRecord>>& /*records*/) override {}
  void remove(std::string_view /*database_id*/, const std::vector<std::string>& /*names*/) override {}
  void forget(std::string_view /*database_id*/) override {}
};

}  // namespace corral::migrations
