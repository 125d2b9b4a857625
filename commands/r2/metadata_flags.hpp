#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/object_store.hpp"

namespace corral {
class Arguments;
}

namespace corral::r2 {

/// The flags that set an object's HTTP metadata, which put, bulk put, copy, move and sync share.
struct MetadataFlags {
  std::optional<std::string> content_type;
  std::optional<std::string> content_disposition;
  std::optional<std::string> content_encoding;
  std::optional<std::string> content_language;
  std::optional<std::string> cache_control;
  std::optional<std::string> expires;
  std::vector<std::string> custom;           ///< --metadata: NAME=VALUE each
  std::optional<std::string> storage_class;  ///< accepted; wrangler's layout does not keep it
};

void add_metadata_flags(Arguments& arguments, MetadataFlags& flags);

/// Sets in `http` what the flags give and leaves the rest. Throws usage for an --expires that is no date or a
/// storage class that does not exist.
void apply_flags(const MetadataFlags& flags, HttpMetadata& http);

/// Sets in `custom` the names that --metadata gives and leaves the rest. Throws usage for a word without '='.
void apply_flags(const MetadataFlags& flags, CustomMetadata& custom);

/// The storage class of this name as R2 writes it: "Standard" or "InfrequentAccess". Throws usage.
std::string parse_storage_class(std::string_view text);

}  // namespace corral::r2
