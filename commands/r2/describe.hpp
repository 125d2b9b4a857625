#pragma once

#include "backends/object_store.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// An object with the fields of a Worker's R2Object: {"key", "size", "etag", "uploaded"}, and with
/// `long_form` also "version", "httpMetadata", "customMetadata" and "checksums".
Json object_as_json(const ObjectInfo& object, bool long_form);

/// The HTTP metadata that is set, under R2's names; "cacheExpiry" as ISO 8601.
Json http_as_json(const HttpMetadata& http);

}  // namespace corral::r2
