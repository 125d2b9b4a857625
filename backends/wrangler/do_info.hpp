#pragma once

#include <filesystem>

#include "backends/durable_objects.hpp"

namespace corral::wrangler {

/// Summary of an object from its file. A file not in use is read without locks and without creating files
/// next to it, as listings read thousands of objects. A missing file reads as empty.
DurableObjectInfo do_info(const std::filesystem::path& file);

}  // namespace corral::wrangler
