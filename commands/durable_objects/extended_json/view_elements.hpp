#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace corral::durable_objects {

/// The name of a kind of view by its letter in V8's format: "Uint8Array"; empty for an unknown one.
std::string_view name_of_view(std::uint8_t kind) noexcept;

/// The letter of a kind by its name; 0 for an unknown one.
std::uint8_t view_of_name(std::string_view name) noexcept;

/// Whether the elements of a kind are shown one by one; otherwise its bytes are, in base64.
bool shows_elements(std::uint8_t kind) noexcept;

/// One element as JSON: a number, or text for 64-bit integers; nullopt for a NaN that is not the usual one.
std::optional<std::string> element_text(std::uint8_t kind, std::string_view bytes);

/// Appends an element; false if it does not fit.
bool append_element(std::string& bytes, std::uint8_t kind, double number);
bool append_element(std::string& bytes, std::uint8_t kind, std::int64_t number);
bool append_element(std::string& bytes, std::uint8_t kind, std::string_view digits);

/// A double as the extended JSON writes it.
std::string number_text(std::uint64_t bits);

/// What {"$number": text} stands for; nullopt if it is nothing.
std::optional<std::uint64_t> bits_of_number_text(std::string_view text);

/// Whether V8 stores a whole number in its short form (its Smi: 31 bits).
bool is_short_integer(std::int64_t number) noexcept;

}  // namespace corral::durable_objects
