#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_text/token.hpp"

namespace corral::sql {

/// The first tokens of a statement, at most `count` of them, without space and comments.
std::vector<std::string_view> first_words(std::string_view statement, std::size_t count);

/// A name as it is written, without its quotes: "a""b" is a"b.
std::string unquoted(std::string_view name);

/// A statement with ? for each of its literals and one space for each run of space and comments: what all
/// runs of one query have in common.
std::string without_values(std::string_view statement);

/// Whether a statement changes nothing: SELECT, VALUES, EXPLAIN, PRAGMA, or WITH before a SELECT. Told by its
/// words alone, so that it can be asked before the schema is there; in doubt it says no.
bool only_reads(std::string_view statement);

}  // namespace corral::sql
