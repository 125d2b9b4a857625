#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/project.hpp"

namespace corral::config {

enum class Format { jsonc, toml };

/// The text of a config with one entry more in the array `array` of an environment ("" for the top level).
/// Every other byte stays, comments and layout included; the new entry looks like its neighbours. What comes
/// out has been read again and compared: nothing but the new entry differs. Throws invalid_input if the
/// config cannot be read, or has the array as something else, or its layout defies editing (then the entry
/// must be added by hand).
std::string add_entry(std::string_view text, std::string_view file, Format format,
                      std::string_view environment, std::string_view array,
                      const std::vector<BindingField>& fields);

}  // namespace corral::config
