#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"

namespace corral::migrations {

using TextRow = std::vector<std::string>;  ///< NULL is empty

/// The rows of one SELECT or PRAGMA, as text: for the small questions that migrations have.
std::vector<TextRow> query(SqlDatabase& database, std::string_view sql);

/// Runs statements in one transaction, for their effects.
void change(SqlDatabase& database, std::string_view sql);

}  // namespace corral::migrations
