#pragma once

#include <filesystem>

#include "backends/durable_objects.hpp"

namespace corral::wrangler {

/// What an object's file tells. A file at rest is read without locks and leaves nothing beside it: lists of
/// thousands of objects read each once. One that does not exist reads as empty.
DurableObjectInfo do_info(const std::filesystem::path& file);

}  // namespace corral::wrangler
