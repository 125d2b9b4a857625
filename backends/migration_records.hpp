#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral {

/// What corral records about a migration it applied, in addition to wrangler's row in the database.
struct MigrationRecord {
  std::string sha256;    ///< of the file as applied, in hex
  std::string bookmark;  ///< id of the bookmark taken before that run; empty if none was taken
  std::string stamp;     ///< the file's FileStamp when it had this checksum; empty: unknown
};

/// The records of all databases of one state folder. Advisory only: the migrations table decides what is
/// applied, and a record of a migration that the table does not list is ignored. Reading an empty store
/// creates no file; every change is one durable transaction.
class MigrationRecords {
 public:
  virtual ~MigrationRecords() = default;

  /// The records of a database, keyed by migration name.
  virtual std::map<std::string, MigrationRecord> of(std::string_view database_id) = 0;

  /// Adds or replaces records.
  virtual void put(std::string_view database_id,
                   const std::vector<std::pair<std::string, MigrationRecord>>& records) = 0;

  /// Names without a record are ignored.
  virtual void remove(std::string_view database_id, const std::vector<std::string>& names) = 0;

  /// Removes all records of a database.
  virtual void forget(std::string_view database_id) = 0;
};

}  // namespace corral
