#pragma once

#include <string>

#include "backends/error.hpp"

namespace corral::lmdb {

/// Thrown within a transaction to run it again in a larger map.
struct MapFull {};

/// The Error for a code of LMDB. `action` names the thing: "cannot open /x/y".
Error error_for(int code, const std::string& action);

/// Throws unless the code is that of success: MapFull, or the Error for it.
void check(int code, const char* action);

}  // namespace corral::lmdb
