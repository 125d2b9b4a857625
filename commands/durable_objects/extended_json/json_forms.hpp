#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/v8/document.hpp"

/// The names in the extended JSON (extended_json.hpp) that both its writer and its reader use.
namespace corral::durable_objects {

/// Whether an object whose first member has this name is a form for something that JSON lacks.
bool is_form_name(std::string_view name) noexcept;

/// Whether a node of this type contains other nodes, counted in its `extra`.
bool holds_nodes(v8::Type type) noexcept;

/// "gi" for the flags of a regular expression, and back; nullopt for invalid letters.
std::string regexp_flags_text(std::uint16_t flags);
std::optional<std::uint16_t> regexp_flags_of(std::string_view letters) noexcept;

/// "TypeError" for 'T', and back; 0 for an unknown name.
std::string_view error_type_name(std::uint8_t letter) noexcept;
std::uint8_t error_type_of(std::string_view name) noexcept;

/// "message", "stack", "cause", and back.
std::string_view part_name(v8::ErrorPart part) noexcept;
v8::ErrorPart part_of(std::string_view name) noexcept;

}  // namespace corral::durable_objects
