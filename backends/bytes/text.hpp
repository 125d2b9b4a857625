#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace corral {

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates, up to U+10FFFF).
bool is_utf8(std::string_view bytes) noexcept;

/// How many bytes from the start are well-formed UTF-8.
std::size_t valid_utf8_bytes(std::string_view bytes) noexcept;

/// ASCII letters in lower case, everything else as it is: how SQLite compares names.
std::string ascii_lower(std::string_view text);

/// Stored text made safe to show a person: control characters (C0, DEL, C1) as \n, \t, \x1b or \u0085, those
/// that override the direction of text as \u202e, bytes that are not UTF-8 as \xNN, a backslash as \\;
/// everything else as it is.
std::string shown(std::string_view text);

/// The first `count` characters (code points) of the text; a stray byte counts as one.
std::string_view first_characters(std::string_view text, std::size_t count) noexcept;

}  // namespace corral
