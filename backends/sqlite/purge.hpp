#pragma once

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// See SqlDatabase::purge. The connection must be outside a transaction.
void purge(const Connection& connection);

}  // namespace corral::sqlite
