#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config/text_shape.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// Where a new entry goes: the deepest existing object or array on the path to the entry's array, and the
/// names of the missing members; if none are missing, the container is the array itself.
struct EntryPlace {
  const Value& container;
  std::span<const std::string> missing;
};

/// The text with a new entry, formatted like its neighbours.
std::string with_jsonc_entry(const TextShape& shape, const EntryPlace& place,
                             const std::vector<BindingField>& fields);

/// The same for TOML: unless an inline array or table is in the way, as a `[[path]]` block at the end or
/// after the last one of its kind. `path`: the names that lead to the array from the top.
std::string with_toml_entry(const TextShape& shape, const EntryPlace& place,
                            std::span<const std::string> path, const std::vector<BindingField>& fields);

/// The text with these fields of an existing entry set to new values; others are unchanged. The first field
/// is the one the entry was found by.
std::string with_fields(const TextShape& shape, Format format, const Value& entry,
                        const std::vector<BindingField>& fields);

}  // namespace corral::config
