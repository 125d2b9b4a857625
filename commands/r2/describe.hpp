#pragma once

#include "backends/object_store.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// An object in the fields of a Worker's R2Object: {"key", "size", "etag", "uploaded"}, and with `long_form`
/// "version", "httpMetadata", "customMetadata" and "checksums" too.
Json object_as_json(const ObjectInfo& object, bool long_form);

/// The HTTP metadata in R2's names, only what is set; "cacheExpiry" as ISO 8601.
Json http_as_json(const HttpMetadata& http);

}  // namespace corral::r2
