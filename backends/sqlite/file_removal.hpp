#pragma once

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// Removes the file of an emptied database if no other process has it open; returns whether it is gone,
/// durably. The connection is of no use afterwards. Throws UnknownOutcome: it is empty, and may still be
/// there.
bool remove_if_unused(const Connection& connection);

}  // namespace corral::sqlite
