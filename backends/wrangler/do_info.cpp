#include "backends/wrangler/do_info.hpp"

#include <optional>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/platform/file_times.hpp"
#include "backends/sqlite/connection.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

/// The identity and size of a file at one point in time.
struct Standing {
  std::uint64_t bytes = 0;
  std::int64_t changed_seconds = 0;
  std::int64_t changed_nanos = 0;
  std::uint64_t log_bytes = 0;
  friend bool operator==(const Standing&, const Standing&) = default;
};

std::optional<Standing> standing_of(const fs::path& file) {
  const auto status = nofollow::regular_file_status(file);
  if (!status) return std::nullopt;
  const timespec modified = platform::modified_at(*status);
  Standing standing{.bytes = static_cast<std::uint64_t>(status->st_size),
                    .changed_seconds = modified.tv_sec,
                    .changed_nanos = modified.tv_nsec};
  if (const auto log = nofollow::regular_file_status(file.native() + "-wal"))
    standing.log_bytes = static_cast<std::uint64_t>(log->st_size);
  return standing;
}

/// Shadow tables count as part of their virtual table.
std::uint64_t count_tables_with_virtual(const sqlite::Connection& connection) {
  sqlite::Statement count = connection.prepare(
      "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
      "AND lower(substr(name, 1, 4)) <> '_cf_' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "AND name <> '__miniflare_do_name'");
  return count.step() ? static_cast<std::uint64_t>(count.integer(0)) : 0;
}

DurableObjectInfo read_info(const sqlite::Connection& connection) {
  DurableObjectInfo info;
  bool has_keys = false;
  bool has_alarm = false;
  bool has_name = false;
  bool has_virtual = false;
  sqlite::Statement tables = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'");
  while (tables.step()) {
    const std::string_view name = tables.text(0);
    if (name == "_cf_KV") {
      has_keys = true;
    } else if (name == "_cf_METADATA") {
      has_alarm = true;
    } else if (name == "__miniflare_do_name") {
      has_name = true;
    } else if (!name.starts_with("_cf_") && !name.starts_with("sqlite_")) {
      ++info.tables;
      has_virtual = has_virtual || tables.text(1).starts_with("CREATE VIRTUAL");
    }
  }
  if (has_virtual) info.tables = count_tables_with_virtual(connection);
  sqlite::Statement row =
      connection.prepare(fmt::format("SELECT {}, {}, {}", has_keys ? "(SELECT count(*) FROM _cf_KV)" : "0",
                                     has_alarm ? "(SELECT value FROM _cf_METADATA WHERE key = 1)" : "NULL",
                                     has_name ? "(SELECT name FROM __miniflare_do_name LIMIT 1)" : "NULL"));
  if (row.step()) {
    info.keys = static_cast<std::uint64_t>(row.integer(0));
    info.alarm = row.optional_integer(1);
    info.name = row.optional_text(2);
  }
  return info;
}

}  // namespace

DurableObjectInfo do_info(const fs::path& file) {
  const std::optional<Standing> before = standing_of(file);
  if (!before) return {};
  if (before->log_bytes == 0) {
    try {
      DurableObjectInfo info = read_info(sqlite::Connection::open_unchanging(file));
      info.bytes = before->bytes;
      if (standing_of(file) == before) return info;
    } catch (const Error&) {
      // A concurrent write may have made it look damaged.
      if (standing_of(file) == before) throw;
    }
  }
  const std::optional<sqlite::Connection> connection = sqlite::Connection::open_existing(file);
  if (!connection) return {};
  const sqlite::ReadTransaction one_state(*connection);
  DurableObjectInfo info = read_info(*connection);
  info.bytes = before->bytes + before->log_bytes;
  return info;
}

}  // namespace corral::wrangler
