#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral::d1 {

/// The encoding of a file to import.
enum class TextEncoding {
  utf8,
  windows_1252,  ///< also used for what is labelled Latin-1, as browsers do (encoding.spec.whatwg.org)
  utf16_le,
  utf16_be,
};

/// Parses a value of --encoding: utf-8, latin1 and windows-1252, utf-16le, utf-16be, and utf-16, which is
/// little-endian unless a byte order mark says otherwise.
TextEncoding encoding_of_name(std::string_view name, std::string_view beginning);

/// Guesses the encoding from the start of a text: a byte order mark, or ASCII characters of two bytes each;
/// otherwise utf8.
TextEncoding encoding_of(std::string_view beginning);

/// The text as UTF-8 without its byte order mark, converted while it is read. `source` must outlive it;
/// `name` is for errors. Reading throws invalid_input, naming line and column, for bytes invalid in that
/// encoding.
std::unique_ptr<ByteSource> as_utf8(ByteSource& source, TextEncoding encoding, const std::string& name);

}  // namespace corral::d1
