#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corral {

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates, up to U+10FFFF).
bool is_utf8(std::string_view bytes) noexcept;

/// The length in bytes of the longest well-formed UTF-8 prefix.
std::size_t valid_utf8_bytes(std::string_view bytes) noexcept;

/// Lower-cases ASCII letters only: how SQLite compares names.
std::string ascii_lower(std::string_view text);

/// Escapes stored text for display to a person: control characters (C0, DEL, C1) as \n, \t, \x1b or \u0085,
/// bidirectional controls as \u202e, bytes that are not UTF-8 as \xNN, a backslash as \\.
std::string shown(std::string_view text);

/// The first `count` characters (code points) of the text; an invalid byte counts as one.
std::string_view first_characters(std::string_view text, std::size_t count) noexcept;

/// The least byte string that is greater than every one that starts with `prefix`, compared as unsigned
/// bytes; nullopt if every greater one starts with it.
std::optional<std::string> end_of_prefix(std::string_view prefix);

}  // namespace corral
