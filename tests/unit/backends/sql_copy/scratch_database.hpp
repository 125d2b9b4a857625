#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/sql_copy/query_rows.hpp"
#include "backends/wrangler/d1_backend.hpp"

namespace corral::testing {

/// A temporary database with what these statements make.
inline std::unique_ptr<SqlDatabase> scratch_database(const std::vector<std::string>& statements = {}) {
  auto database =
      wrangler::WranglerD1Backend(std::filesystem::path()).scratch({.create = true, .unrestricted = true});
  sql_copy::run_statements(*database, statements);
  return database;
}

/// The rows of a query: values joined by '|', NULL as "-", rows by '/'.
inline std::string rows_of(SqlDatabase& database, std::string_view query) {
  std::string text;
  sql_copy::query_rows(database, query, {}, [&](SqlRow row) {
    if (!text.empty()) text += '/';
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += '|';
      switch (row[i].type) {
        case SqlType::null: text += '-'; break;
        case SqlType::integer: text += std::to_string(row[i].integer); break;
        case SqlType::real: text += std::to_string(row[i].real); break;
        default: text += row[i].bytes;
      }
    }
  });
  return text;
}

}  // namespace corral::testing
