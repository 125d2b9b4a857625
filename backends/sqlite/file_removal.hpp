#pragma once

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// Removes the file of a database if no other process has it open; returns whether it is gone. The connection
/// is of no use afterwards. Throws io.
bool remove_if_unused(const Connection& connection);

}  // namespace corral::sqlite
