#pragma once

#include <string>
#include <string_view>

#include "backends/object_info.hpp"

namespace corral::wrangler {

/// The JSON columns of an object's row (docs/reference/r2.md). The output is the same as wrangler's: compact,
/// only the fields that are set. Reading throws corrupt, naming `key`, for anything malformed; unknown fields
/// are ignored.
std::string http_metadata_json(const HttpMetadata& http);
std::string custom_metadata_json(const CustomMetadata& custom);
std::string checksums_json(const ObjectChecksums& checksums);

HttpMetadata parse_http_metadata(std::string_view json, std::string_view key);
CustomMetadata parse_custom_metadata(std::string_view json, std::string_view key);
ObjectChecksums parse_checksums(std::string_view json, std::string_view key);

}  // namespace corral::wrangler
