#pragma once

#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// Removes the file of an emptied database if no other process has it open; returns whether it was (durably)
/// removed. The connection is unusable afterwards. Throws UnknownOutcome: the database is empty, but the file
/// may still exist.
bool remove_if_unused(const Connection& connection);

}  // namespace corral::sqlite
