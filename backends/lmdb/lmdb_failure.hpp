#pragma once

#include <string>

#include "backends/error.hpp"

namespace corral::lmdb {

/// Thrown within a transaction so that it is retried with a larger map.
struct MapFull {};

/// The Error for an LMDB code. `action` says what failed: "cannot open /x/y".
Error error_for(int code, const std::string& action);

/// Throws MapFull or the Error for `code`, unless it is MDB_SUCCESS.
void check(int code, const char* action);

}  // namespace corral::lmdb
