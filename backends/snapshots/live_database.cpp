#include "backends/snapshots/live_database.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/snapshots/database_moment.hpp"
#include "backends/snapshots/kept_pages.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sqlite/file_database.hpp"
#include "backends/sqlite/page_image.hpp"
#include "backends/wrangler/service_tables.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

/// Creates the file as a copy, unless another process has created it meanwhile.
bool make_file(const fs::path& live, const fs::path& kept) {
  nofollow::make_folders(live.parent_path());
  ReplacementFile copy(live);
  FileSource from(nofollow::open_for_reading(kept), kept.native());
  std::vector<char> buffer(std::size_t{1} << 20U);
  while (const std::size_t count = from.read(buffer)) {
    copy.write({buffer.data(), count});
  }
  // A stale WAL of a deleted database must not be replayed into this one.
  for (const char* const suffix : {"-wal", "-shm", "-journal"}) ::unlink((live.native() + suffix).c_str());
  return copy.commit_if_absent();
}

std::vector<std::string> values_named_in(const sqlite::Connection& connection) {
  std::vector<std::string> ids;
  wrangler::NamedValues values(connection);
  while (const wrangler::NamedValue* const value = values.next()) ids.emplace_back(value->id);
  return ids;
}

}  // namespace

Replaced replace_database(const fs::path& live, const fs::path& kept, bool names_values) {
  Replaced replaced;
  if (!nofollow::status(live) && make_file(live, kept)) {
    replaced.changed = true;
    return replaced;
  }
  if (const auto status = nofollow::status(live); status && status->st_size == 0)
    sqlite::Connection::open_or_create(live);
  DatabaseMoment database(live);
  database.begin();
  const std::uint32_t commits_before = database.commits();
  if (names_values) replaced.values = values_named_in(database.connection());
  database.end();
  KeptPages pages(kept);
  replaced.changed = sqlite::replace_pages(database.connection(), pages) != 0;
  database.begin();
  // The signature describes the snapshot's content only if no other commit came in between.
  if (database.commits() == commits_before + (replaced.changed ? 1 : 0))
    replaced.signature = database.signature();
  return replaced;
}

Replaced empty_database(const fs::path& live, bool keep_tables) {
  Replaced replaced;
  std::vector<std::string> tables;
  {
    const auto connection = sqlite::Connection::open_existing(live);
    if (!connection) return replaced;
    sqlite::Statement names = connection->prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
    while (names.step()) tables.emplace_back(names.text(0));
    if (keep_tables) {
      connection->execute("PRAGMA foreign_keys = OFF");
      bool any = false;
      for (const std::string& table : tables) {
        sqlite::Statement row =
            connection->prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", sql::quoted_name(table)));
        any = row.step() || any;
      }
      if (!any) return replaced;
      replaced.values = values_named_in(*connection);
      sqlite::WriteTransaction transaction(*connection);
      for (const std::string& table : tables) connection->execute("DELETE FROM " + sql::quoted_name(table));
      transaction.commit();
      replaced.changed = true;
      return replaced;
    }
  }
  replaced.changed = !tables.empty();
  sqlite::FileDatabase(live, {.create = false, .unrestricted = true}).drop();
  return replaced;
}

}  // namespace corral::snapshots
