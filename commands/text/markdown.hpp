#pragma once

#include <string>
#include <string_view>

namespace corral {

/// Text that Markdown (CommonMark, and GitHub's tables and mentions) shows as it is: punctuation that could
/// begin markup is escaped, line breaks become spaces, control characters are shown as `shown` does.
std::string markdown_text(std::string_view text);

/// Text as inline code, whatever backticks it holds. Not for the cells of a table.
std::string markdown_code(std::string_view text);

/// Text as a block of code that begins and ends on lines of its own; ends with a line break.
std::string markdown_block(std::string_view text, std::string_view language);

}  // namespace corral
