#pragma once

#include <string>

#include "backends/v8/document.hpp"

namespace corral::v8 {

/// Reads a serialized value of version 13 to 15. A value that holds one of workerd's host objects, whose
/// length only workerd knows, becomes one `opaque` node. Memory: the bytes themselves plus 16 bytes a value,
/// each of which takes up at least one input byte, whatever lengths the input claims.
///
/// Throws corrupt, with the offset, for anything V8 would not read or for trailing bytes; limit beyond
/// max_depth or max_bytes.
Document read(std::string bytes);

}  // namespace corral::v8
