#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral::kv {

/// Reads the keys of a bulk file: a JSON array of strings or of {"name": string} objects, as `kv key list`
/// prints them (docs/reference/kv.md). "-" is standard input. Duplicates are dropped, keeping the first.
/// Throws invalid_input, listing bad items by index (at most twelve); limit above 256 MiB.
std::vector<std::string> read_key_file(Context& context, const std::string& filename);

}  // namespace corral::kv
