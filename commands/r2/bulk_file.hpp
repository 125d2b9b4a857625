#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral::r2 {

/// One object of a bulk file: its key and the file with its content.
struct BulkItem {
  std::string key;
  std::string file;
};

/// Reads the file of `r2 bulk put`: a JSON array of {"key": string, "file": string} (docs/reference/r2.md).
/// "-" is standard input. Throws invalid_input, listing bad items by index (at most twelve): a wrong type, a
/// key that R2 does not allow, an unreadable file; limit above 256 MiB.
std::vector<BulkItem> read_bulk_file(Context& context, const std::string& filename);

}  // namespace corral::r2
