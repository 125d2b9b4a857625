#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral {

/// What corral remembers of a migration that it applied, beside what wrangler keeps in the database.
struct MigrationRecord {
  std::string sha256;  ///< of the file as it was applied, in hexadecimal
  std::string
      bookmark;       ///< the id of that of the database as it was before that run; empty if none was taken
  std::string stamp;  ///< the file's FileStamp when it had this checksum; empty: not known
};

/// The records of all databases of one state folder. They are remarks: the migrations table alone says what
/// is applied. A record of a migration that the table does not name means nothing. Reading where nothing was
/// ever written creates no file; every change is one durable transaction.
class MigrationRecords {
 public:
  virtual ~MigrationRecords() = default;

  /// By the name of the migration.
  virtual std::map<std::string, MigrationRecord> of(std::string_view database_id) = 0;

  /// Adds or replaces records.
  virtual void put(std::string_view database_id,
                   const std::vector<std::pair<std::string, MigrationRecord>>& records) = 0;

  /// Names without a record are passed over.
  virtual void remove(std::string_view database_id, const std::vector<std::string>& names) = 0;

  /// Removes all that is known of a database.
  virtual void forget(std::string_view database_id) = 0;
};

}  // namespace corral
