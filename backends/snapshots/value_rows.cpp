#include "backends/snapshots/value_rows.hpp"

namespace corral::snapshots {

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

}  // namespace corral::snapshots
