#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/config/text_shape.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// A config after an edit.
struct EditedConfig {
  std::string text;
  std::vector<BindingField> before;  ///< the text fields of an entry that had another value
};

/// Puts a binding into the array `array` ("kv_namespaces", "queues.producers") of an environment ("" for the
/// top level). The first of `fields` is its name: an entry that has it gets the other fields and keeps those
/// that are not among them; without one, a new entry is added, which looks like its neighbours. Every other
/// byte stays, comments and layout included.
///
/// What comes out has been read again and compared: nothing but this binding differs. Throws conflict if the
/// name belongs to a binding of another kind, or to two entries (wrangler refuses such a config);
/// invalid_input if the config cannot be read, or has the array as something else, or its layout defies
/// editing (then the entry must be changed by hand).
EditedConfig put_entry(std::string_view text, std::string_view file, Format format,
                       std::string_view environment, std::string_view array,
                       const std::vector<BindingField>& fields);

}  // namespace corral::config
