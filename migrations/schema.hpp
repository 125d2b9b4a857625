#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/sql_database.hpp"
#include "migrations/discovery.hpp"

namespace corral::migrations {

/// The tables, views, indexes and triggers of a database by kind and name (lower-cased, as SQLite compares
/// names), without the migrations table.
using Schema = std::map<std::pair<std::string, std::string>, SqlSchemaItem>;

Schema read_schema(SqlDatabase& database, std::string_view migrations_table);

/// Creates the tables, views, indexes and triggers of a schema in an empty database.
void create_schema(const Schema& schema, SqlDatabase& to);

/// Makes an empty database's schema that of another, without rows.
void copy_schema(SqlDatabase& from, std::string_view migrations_table, SqlDatabase& to);

/// A CREATE statement without insignificant differences: comments, white space, quotes around plain names,
/// case.
std::string normalized(std::string_view sql);

/// Whether two schemas are equal after normalization.
bool is_same(const Schema& a, const Schema& b);

/// Runs the statements of migrations on a database without bookkeeping, one transaction per file. Throws as
/// apply does.
void replay(SqlDatabase& database, const std::vector<MigrationFile>& files);

}  // namespace corral::migrations
