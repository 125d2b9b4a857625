#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_text/token.hpp"

namespace corral::sql {

/// The first tokens of a statement, at most `count` of them, without white space and comments.
std::vector<std::string_view> first_words(std::string_view statement, std::size_t count);

/// A name without its quotes: "a""b" is a"b.
std::string unquoted(std::string_view name);

/// A statement with literals replaced by ? and runs of white space and comments collapsed to one space: what
/// all runs of a query have in common.
std::string without_values(std::string_view statement);

/// Whether a statement changes nothing: SELECT, VALUES, EXPLAIN, PRAGMA, or WITH before a SELECT. Decided by
/// its tokens alone, so it works before the schema exists; if in doubt, false.
bool only_reads(std::string_view statement);

}  // namespace corral::sql
