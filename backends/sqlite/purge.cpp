#include "backends/sqlite/purge.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/virtual_table.hpp"
#include "backends/sqlite/schema.hpp"

namespace corral::sqlite {

namespace {

/// VACUUM attaches the database that it builds.
class MayAttach {
 public:
  explicit MayAttach(sqlite3* database)
      : database_(database), was_(sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 1)) {}
  MayAttach(const MayAttach&) = delete;
  MayAttach& operator=(const MayAttach&) = delete;
  ~MayAttach() { sqlite3_limit(database_, SQLITE_LIMIT_ATTACHED, was_); }

 private:
  sqlite3* database_;
  int was_;
};

}  // namespace

void purge(const Connection& connection) {
  for (const TableDescription& table : describe_tables(connection)) {
    if (table.kind != TableDescription::Kind::virtual_table) continue;
    using Content = sql::VirtualTable::Content;
    const sql::VirtualTable description = sql::read_virtual_table(table.sql);
    // A deletion only marks the words of FTS5's index as deleted, until its segments happen to be merged.
    if (description.module != "fts5" || description.content == Content::none) continue;
    connection.execute(fmt::format("INSERT INTO {0}({0}) VALUES('rebuild')", sql::quoted_name(table.name)));
  }
  const MayAttach may(connection.handle());
  connection.execute("VACUUM");
}

}  // namespace corral::sqlite
