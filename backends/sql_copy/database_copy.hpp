#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backends/sql_database.hpp"

namespace corral::sql_copy {

/// What to copy of a database. Its schema is copied whole in any case.
struct CopyOptions {
  bool data = true;                      ///< false: no rows, but for those of `always`
  std::vector<std::string> tables = {};  ///< rows of these only; empty: of all
  std::vector<std::string> always = {};  ///< tables whose rows come in any case, if there are such tables
  std::map<std::string, std::string> conditions = {};  ///< table → which of its rows (check_condition)
  std::function<void(std::uint64_t rows)> pulse = {};  ///< called periodically with the rows copied so far
  std::function<void(const std::string&)> warn = {};   ///< receives a sentence per omission
};

struct CopyResult {
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
  /// The rows are from one moment. false: tables were read page by page, so changes made meanwhile may be in
  /// some of them only.
  bool is_of_one_moment = true;
};

/// Copies a database into an empty one that is unrestricted (SqlOpenOptions), by SQL alone, in constant
/// memory.
///
/// The rows come from a dump of the database (D1's export for an account's) where that is possible, as it is
/// of one moment; table by table, in pages, where only some rows of a table are wanted, and for an account's
/// database that has virtual tables, which D1 does not export. The shadow tables of virtual ones are not
/// copied but filled by inserting rows: an index over another table (FTS5 with content=) is built again, and
/// a contentless one stays empty, with a warning. Rowids stay what they are where tables are read in pages.
/// Foreign keys are not checked.
///
/// Throws not_found if a table of the options does not exist, and what both databases throw.
CopyResult copy_database(SqlDatabase& from, SqlDatabase& to, const CopyOptions& options);

}  // namespace corral::sql_copy
