#pragma once

#include <optional>
#include <string_view>

namespace corral::r2 {

/// The media type that a file of this name has by its extension (IANA's registry; what web servers send for
/// it, with the charset left out); nullopt for an extension that is not known.
std::optional<std::string_view> media_type_of(std::string_view file_name);

}  // namespace corral::r2
