#include "tests/backends/stored_content.hpp"

#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

namespace corral::testing {

namespace fs = std::filesystem;

namespace {

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  REQUIRE_MESSAGE(stream.good(), file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Reads a query's rows with SQLite itself.
void rows(sqlite3* database, const std::string& query,
          const std::function<void(const std::vector<std::string>&)>& take) {
  sqlite3_stmt* statement = nullptr;
  REQUIRE_MESSAGE(sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr) == SQLITE_OK, query);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::vector<std::string> row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row.emplace_back(text == nullptr ? "" : text);
    }
    take(row);
  }
  REQUIRE(sqlite3_finalize(statement) == SQLITE_OK);
}

std::string value_of(const fs::path& service, const std::string& blob_id) {
  for (const auto& owner : fs::directory_iterator(service)) {
    const fs::path file = owner.path() / "blobs" / blob_id;
    if (fs::exists(file)) return bytes_of(file);
  }
  return "(its file is gone)";
}

}  // namespace

Content content_of(const fs::path& root) {
  Content content;
  for (const auto& entry : fs::recursive_directory_iterator(root / "v3")) {
    const fs::path file = entry.path();
    if (file.extension() != ".sqlite") continue;
    const fs::path service = file.parent_path().parent_path();
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
    rows(database, "PRAGMA integrity_check",
         [](const auto& row) { CHECK_MESSAGE(row.front() == "ok", row.front()); });
    std::vector<std::string> tables;
    rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table'",
         [&](const auto& row) { tables.push_back(row.front()); });
    for (const std::string& table : tables) {
      const std::string place = service.filename().native() + " " + table + " ";
      // Objects and databases have the same keys and rows; their file tells them apart.
      const std::string own_place = file.stem().native().substr(0, 8) + " " + table + " ";
      if (table == "_mf_entries") {
        rows(database, "SELECT key, blob_id FROM _mf_entries",
             [&](const auto& row) { content[place + row[0]] = value_of(service, row[1]); });
      } else if (table == "_mf_objects") {
        rows(
            database,
            "SELECT key, blob_id FROM _mf_objects WHERE blob_id IS NOT NULL UNION ALL SELECT * FROM (SELECT "
            "object_key, blob_id FROM _mf_multipart_parts WHERE object_key IS NOT NULL ORDER BY part_number)",
            [&](const auto& row) { content[place + row[0]] += value_of(service, row[1]); });
      } else if (!table.starts_with("_mf_") && !table.starts_with("sqlite_")) {
        rows(database, "SELECT * FROM \"" + table + "\"", [&](const auto& row) {
          std::string text;
          for (std::size_t i = 1; i < row.size(); ++i) text += row[i] + ";";
          content[own_place + row[0]] = text;
        });
      }
    }
    sqlite3_close(database);
  }
  return content;
}

}  // namespace corral::testing
