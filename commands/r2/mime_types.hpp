#pragma once

#include <optional>
#include <string_view>

namespace corral::r2 {

/// The media type of a file by its extension (IANA's registry; what web servers send, without the charset);
/// nullopt for an unknown extension.
std::optional<std::string_view> media_type_of(std::string_view file_name);

}  // namespace corral::r2
