#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/v8/document.hpp"

namespace corral::durable_objects {

/// How a stored text can be shown.
enum class TextForm : std::uint8_t {
  plain,            ///< as JSON has it
  needless_two,     ///< two bytes a character, though one would do
  half_characters,  ///< half of a character of two UTF-16 units: no UTF-8 exists for it
};

/// A stored text as UTF-8; half characters become U+FFFD.
std::string utf8_of(const v8::Document& document, const v8::Node& node);
TextForm form_of(const v8::Document& document, const v8::Node& node);

/// Puts UTF-8 into the document as V8 stores it, and the node there: Latin-1 if that will do and `two_bytes`
/// is not set.
void store_text(v8::Document& document, v8::Node& node, std::string_view utf8, bool two_bytes = false);

/// UTF-16 units, four hexadecimal digits each, from stored text and to it; false if they are none.
std::string units_of(const v8::Document& document, const v8::Node& node);
bool store_units(v8::Document& document, v8::Node& node, std::string_view digits);

/// A stored bigint in decimal digits, or beyond 4,096 bytes as "0x...".
std::string bigint_text(const v8::Document& document, const v8::Node& node);

/// The other way; false if it is not one, or has more than 10,000 decimal digits.
bool store_bigint(v8::Document& document, v8::Node& node, std::string_view text);

/// Puts bytes into the document, and the node there.
void store_bytes(v8::Document& document, v8::Node& node, std::string_view bytes);

}  // namespace corral::durable_objects
