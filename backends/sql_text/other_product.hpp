#pragma once

#include <string_view>

namespace corral::sql {

/// The product that a statement was written for, told by what neither SQLite nor anything else but that
/// product understands: "MySQL", "PostgreSQL"; empty if nothing tells. For a statement that SQLite has
/// refused: people load dumps of other databases.
std::string_view other_product(std::string_view statement);

/// What to do with a dump of that product; empty for an empty name.
std::string_view advice_for_product(std::string_view product);

}  // namespace corral::sql
