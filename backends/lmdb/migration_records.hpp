#pragma once

#include "backends/lmdb/environment.hpp"
#include "backends/migration_records.hpp"

namespace corral::lmdb {

/// One named database that maps "<hash of the database's id>/<hash of the migration's name>" to a JSON object
/// {"name", "sha256", "bookmark"}; hashed because ids and names may exceed LMDB's key length.
class LmdbMigrationRecords final : public MigrationRecords {
 public:
  /// The environment must outlive the records.
  explicit LmdbMigrationRecords(Environment& environment) : environment_(environment) {}

  std::map<std::string, MigrationRecord> of(std::string_view database_id) override;
  void put(std::string_view database_id,
           const std::vector<std::pair<std::string, MigrationRecord>>& records) override;
  void remove(std::string_view database_id, const std::vector<std::string>& names) override;
  void forget(std::string_view database_id) override;

 private:
  Environment& environment_;
};

}  // namespace corral::lmdb
