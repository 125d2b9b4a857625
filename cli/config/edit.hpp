#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/config/text_shape.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// An edited config.
struct EditedConfig {
  std::string text;
  std::vector<BindingField> before;  ///< the string fields of an entry whose values changed
};

/// Puts a binding into the array `array` ("kv_namespaces", "queues.producers") of an environment ("" for the
/// top level). The first of `fields` is its name: an existing entry with that name gets the other fields and
/// keeps any that are not given; otherwise a new entry is added, formatted like its neighbours. All other
/// bytes are preserved, including comments and layout.
///
/// The result is read back and compared: only this binding may differ. Throws conflict if the name belongs to
/// a binding of another kind or to two entries (wrangler rejects such a config); invalid_input if the config
/// cannot be read, has something other than an array there, or has a layout that cannot be edited (then the
/// entry must be changed by hand).
EditedConfig put_entry(std::string_view text, std::string_view file, Format format,
                       std::string_view environment, std::string_view array,
                       const std::vector<BindingField>& fields);

}  // namespace corral::config
