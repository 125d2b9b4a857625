#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral::d1 {

/// How a file that is to be imported is encoded.
enum class TextEncoding {
  utf8,
  windows_1252,  ///< what is called Latin-1 wherever text is shown, as browsers have it
                 ///< (encoding.spec.whatwg.org)
  utf16_le,
  utf16_be,
};

/// What the names of --encoding stand for: utf-8, latin1 and windows-1252, utf-16le, utf-16be, and utf-16,
/// which is little-endian unless the text says otherwise.
TextEncoding encoding_of_name(std::string_view name, std::string_view beginning);

/// What the beginning of a text tells: a byte order mark, or ASCII characters of two bytes each; else utf8.
TextEncoding encoding_of(std::string_view beginning);

/// A text as UTF-8 without its byte order mark, converted as it is read. `source` must outlive it; `name` is
/// for errors. Reading throws invalid_input, naming line and column, for what is not in that encoding.
std::unique_ptr<ByteSource> as_utf8(ByteSource& source, TextEncoding encoding, const std::string& name);

}  // namespace corral::d1
