#pragma once

#include <string>
#include <string_view>

/// Text in headers. HTTP has ISO-8859-1 there, and R2 the encoded words of RFC 2047 for anything else
/// ("Extended metadata using Unicode" in R2's documentation); the state has UTF-8.
namespace corral::serve::s3 {

/// A header value of text in UTF-8: as it is if ISO-8859-1 has all of its characters, otherwise one encoded
/// word.
std::string header_text(std::string_view utf8);

/// Reverses that: decodes words in UTF-8, of either encoding. What is UTF-8 or malformed stays as it is.
std::string text_of_header(std::string_view value);

/// Whether text can be the name of a header (RFC 9110, section 5.1).
bool is_header_name(std::string_view text);

}  // namespace corral::serve::s3
