#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/object_store.hpp"

namespace corral {
class Arguments;
}

namespace corral::r2 {

/// The flags for an object's HTTP metadata, shared by put, bulk put, copy, move and sync.
struct MetadataFlags {
  std::optional<std::string> content_type;
  std::optional<std::string> content_disposition;
  std::optional<std::string> content_encoding;
  std::optional<std::string> content_language;
  std::optional<std::string> cache_control;
  std::optional<std::string> expires;
  std::vector<std::string> custom;           ///< --metadata, NAME=VALUE each
  std::optional<std::string> storage_class;  ///< not stored in wrangler's layout
};

void add_metadata_flags(Arguments& arguments, MetadataFlags& flags);

/// Applies the given flags to `http`, leaving other fields unchanged. Throws usage for an invalid date in
/// --expires or an unknown storage class.
void apply_flags(const MetadataFlags& flags, HttpMetadata& http);

/// Applies the names given by --metadata to `custom`, leaving others unchanged. Throws usage for an argument
/// without '='.
void apply_flags(const MetadataFlags& flags, CustomMetadata& custom);

/// Applies --storage-class. Throws usage for an unknown one.
void apply_storage_class(const MetadataFlags& flags, ObjectWrite& write);

/// Parses a storage class, returning R2's spelling: "Standard" or "InfrequentAccess". Throws usage.
std::string parse_storage_class(std::string_view text);

}  // namespace corral::r2
