#include "backends/wrangler/service_tables.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace corral::wrangler {

namespace {

void read(const sqlite::Connection& connection, std::string_view query, std::vector<NamedValue>& values) {
  sqlite::Statement rows = connection.prepare(query);
  while (rows.step()) {
    NamedValue value{std::string(rows.text(0)), std::nullopt, std::string(rows.text(2))};
    if (!rows.is_null(1)) value.bytes = static_cast<std::uint64_t>(rows.integer(1));
    values.push_back(std::move(value));
  }
}

}  // namespace

const std::vector<ServiceTable>& service_tables(StateService service, bool alarms) {
  // Lists of older versions of wrangler have no actor_name: SQLite then takes the NULL around the subquery.
  static const std::vector<ServiceTable> of_alarms = {
      {"_cf_ALARM",
       "alarm",
       "SELECT actor_id, (SELECT coalesce(actor_name, actor_id) FROM _cf_ALARM AS named WHERE named.actor_id "
       "= "
       "alarm.actor_id), scheduled_time FROM _cf_ALARM AS alarm, (SELECT NULL AS actor_name) ORDER BY 1",
       {"name", "time"},
       1}};
  static const std::vector<ServiceTable> of_kv = {
      {"_mf_entries",
       "key",
       "SELECT key, blob_id, expiration, metadata FROM _mf_entries ORDER BY key",
       {"value", "expiration", "metadata"}}};
  static const std::vector<ServiceTable> of_r2 = {
      {"_mf_objects",
       "object",
       "SELECT key, etag, size, http_metadata, custom_metadata, checksums, uploaded FROM _mf_objects ORDER "
       "BY key",
       {"body", "size", "http_metadata", "custom_metadata", "checksums", "uploaded"}},
      {"_mf_multipart_uploads",
       "upload",
       "SELECT upload_id, key, state, (SELECT group_concat(part_number || ':' || etag) FROM "
       "_mf_multipart_parts AS part "
       "WHERE part.upload_id = upload.upload_id) FROM _mf_multipart_uploads AS upload ORDER BY upload_id",
       {"key", "state", "parts"},
       1}};
  static const std::vector<ServiceTable> none;
  if (alarms) return of_alarms;
  return service == StateService::kv ? of_kv : service == StateService::r2 ? of_r2 : none;
}

bool is_empty(const sqlite::Connection& connection) {
  constexpr std::array<std::string_view, 3> tables = {"_mf_entries", "_mf_objects", "_mf_multipart_uploads"};
  return std::none_of(tables.begin(), tables.end(), [&](std::string_view table) {
    return connection.has_table(table) &&
           connection.prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", table)).step();
  });
}

std::vector<NamedValue> named_values(const sqlite::Connection& connection) {
  std::vector<NamedValue> values;
  if (connection.has_table("_mf_entries")) {
    read(connection, "SELECT blob_id, NULL, key FROM _mf_entries", values);
  }
  if (connection.has_table("_mf_objects")) {
    read(connection, "SELECT blob_id, size, key FROM _mf_objects WHERE blob_id IS NOT NULL", values);
  }
  if (connection.has_table("_mf_multipart_parts")) {
    read(connection,
         "SELECT part.blob_id, part.size, upload.key FROM _mf_multipart_parts AS part "
         "LEFT JOIN _mf_multipart_uploads AS upload USING (upload_id)",
         values);
  }
  return values;
}

}  // namespace corral::wrangler
