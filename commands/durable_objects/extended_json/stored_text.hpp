#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/v8/document.hpp"

namespace corral::durable_objects {

/// How a stored string can be represented in JSON.
enum class TextForm : std::uint8_t {
  plain,            ///< as a JSON string
  needless_two,     ///< stored with two bytes a character, though one would suffice
  half_characters,  ///< contains unpaired surrogates, which have no UTF-8 form
};

/// A stored string as UTF-8; unpaired surrogates become U+FFFD.
std::string utf8_of(const v8::Document& document, const v8::Node& node);
TextForm form_of(const v8::Document& document, const v8::Node& node);

/// Stores UTF-8 in the document as V8 would: as Latin-1 if possible, unless `two_bytes` is set. Sets the node
/// to it.
void store_text(v8::Document& document, v8::Node& node, std::string_view utf8, bool two_bytes = false);

/// Converts a stored string to UTF-16 units of four hexadecimal digits each, and back; false if they are
/// malformed.
std::string units_of(const v8::Document& document, const v8::Node& node);
bool store_units(v8::Document& document, v8::Node& node, std::string_view digits);

/// A stored bigint in decimal digits, or beyond 4,096 bytes as "0x...".
std::string bigint_text(const v8::Document& document, const v8::Node& node);

/// The inverse; false if the text is not a bigint or has more than 10,000 decimal digits.
bool store_bigint(v8::Document& document, v8::Node& node, std::string_view text);

/// Stores bytes in the document and sets the node to them.
void store_bytes(v8::Document& document, v8::Node& node, std::string_view bytes);

}  // namespace corral::durable_objects
