#pragma once

#include <string>
#include <vector>

#include "commands/command/context.hpp"

namespace corral::kv {

/// Reads the keys of a bulk file: a JSON array of strings or of {"name": string} objects, as `kv key list`
/// prints them (docs/reference/kv.md). "-" is standard input. Repeated keys are returned once, in the place
/// of the first. Throws invalid_input, naming every bad item by its index (twelve at most); limit above 256
/// MiB.
std::vector<std::string> read_key_file(Context& context, const std::string& filename);

}  // namespace corral::kv
