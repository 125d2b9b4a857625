#include "backends/wrangler/service_tables.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace corral::wrangler {

namespace {

struct NamingTable {
  const char* table;
  const char* query;
};

/// The tables whose rows reference blobs, and the queries for id, size and key.
constexpr std::array<NamingTable, 3> naming_tables = {
    {{"_mf_entries", "SELECT blob_id, NULL, key FROM _mf_entries"},
     {"_mf_objects", "SELECT blob_id, size, key FROM _mf_objects WHERE blob_id IS NOT NULL"},
     {"_mf_multipart_parts",
      "SELECT part.blob_id, part.size, upload.key FROM _mf_multipart_parts AS part "
      "LEFT JOIN _mf_multipart_uploads AS upload USING (upload_id)"}}};

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

NamedValues::NamedValues(const sqlite::Connection& connection, Order order) {
  std::string query;
  for (const NamingTable& naming : naming_tables) {
    if (!connection.has_table(naming.table)) continue;
    if (!query.empty()) query += " UNION ALL ";
    query += naming.query;
  }
  if (query.empty()) return;
  if (order == Order::by_id) query += " ORDER BY 1";
  rows_ = connection.prepare(query);
}

const NamedValue* NamedValues::next() {
  if (!rows_ || !rows_->step()) {
    rows_.reset();
    return nullptr;
  }
  value_ = {rows_->text(0), std::nullopt, rows_->text(2)};
  if (!rows_->is_null(1)) value_.bytes = static_cast<std::uint64_t>(rows_->integer(1));
  return &value_;
}

BlobMarks marks_of(const sqlite::Connection* connection) {
  BlobMarks marks;
  if (connection == nullptr) return marks;
  NamedValues values(*connection);
  while (const NamedValue* const value = values.next()) marks.add(value->id);
  return marks;
}

}  // namespace corral::wrangler
