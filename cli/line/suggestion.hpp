#pragma once

#include <span>
#include <string>
#include <string_view>

namespace corral {

/// The number of single-character edits (insert, delete, replace, swap of neighbours) between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate closest to `word`; empty if none is close enough. Ignores words longer than 64 bytes.
std::string_view nearest(std::string_view word, std::span<const std::string> candidates);

/// The text in single quotes, as one word for bash and zsh.
std::string in_single_quotes(std::string_view text);

}  // namespace corral
