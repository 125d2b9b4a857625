#pragma once

#include <string_view>

namespace corral::sql {

/// The product a statement was written for, recognised by syntax specific to it: "MySQL", "PostgreSQL"; empty
/// if unknown. For statements that SQLite has rejected: people try to load dumps of other databases.
std::string_view other_product(std::string_view statement);

/// The hint for a dump of that product; empty for an empty name.
std::string_view advice_for_product(std::string_view product);

}  // namespace corral::sql
