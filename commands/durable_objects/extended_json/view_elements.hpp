#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace corral::durable_objects {

/// The name of a view kind, given its letter in V8's format: "Uint8Array"; empty if unknown.
std::string_view name_of_view(std::uint8_t kind) noexcept;

/// The letter of a view kind, given its name; 0 if unknown.
std::uint8_t view_of_name(std::string_view name) noexcept;

/// Whether a view of this kind is shown element by element; otherwise as base64.
bool shows_elements(std::uint8_t kind) noexcept;

/// One element as JSON: a number, or a string for 64-bit integers; nullopt for a NaN other than the canonical
/// one.
std::optional<std::string> element_text(std::uint8_t kind, std::string_view bytes);

/// Appends an element; false if it is out of range.
bool append_element(std::string& bytes, std::uint8_t kind, double number);
bool append_element(std::string& bytes, std::uint8_t kind, std::int64_t number);
bool append_element(std::string& bytes, std::uint8_t kind, std::string_view digits);

/// A double in the extended JSON.
std::string number_text(std::uint64_t bits);

/// The bits of {"$number": text}; nullopt if invalid.
std::optional<std::uint64_t> bits_of_number_text(std::string_view text);

/// Whether V8 stores a whole number in its short form (its Smi: 31 bits).
bool is_short_integer(std::int64_t number) noexcept;

}  // namespace corral::durable_objects
