#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"

namespace corral::migrations {

using TextRow = std::vector<std::string>;  ///< NULL becomes an empty string

/// The rows of one SELECT or PRAGMA as text: for small queries.
std::vector<TextRow> query(SqlDatabase& database, std::string_view sql);

/// Runs statements in one transaction, discarding results.
void change(SqlDatabase& database, std::string_view sql);

}  // namespace corral::migrations
