#pragma once

#include <string>

#include "backends/v8/document.hpp"

namespace corral::v8 {

/// Reads a serialized value of version 13 to 15. A value that holds an object of workerd's own, whose length
/// nobody else can tell, becomes one `opaque` node. Memory: 16 bytes a value over the bytes themselves, of
/// which a value takes at least one; whatever lengths the bytes claim.
///
/// Throws corrupt, with the place, for anything that V8 would not read or that has bytes left over; limit for
/// more than max_depth values in each other or more than max_bytes.
Document read(std::string bytes);

}  // namespace corral::v8
