#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/registry.hpp"
#include "commands/command/project.hpp"

namespace corral {

class Context;

/// Derives a binding from a name as wrangler does: letters, digits and single '_', with blanks and '-' as '_'
/// and other characters dropped; `fallback` if nothing is left.
std::string binding_of_name(std::string_view name, std::string_view fallback);

/// Whether a new resource's entry goes into the config: on `--update-config`, or, as in wrangler, on a
/// `--binding` that names the entry if there is a config. Called before anything is created: throws not_found
/// for --update-config without a config.
bool adds_to_config(Context& context, bool update_config, const std::optional<std::string>& binding);

/// A resource that was created, and its config entry.
struct NewEntry {
  ResourceKind kind = {};
  std::string name = {};
  std::string config_array = {};           ///< "kv_namespaces", "queues.producers", ...
  std::vector<BindingField> binding = {};  ///< the entry's fields in order
  bool update_config = false;              ///< add the entry to the config
  std::string flag = {};  ///< flag that selects the resource: "--namespace "; empty: a positional
};

/// Adds the entry to the config, if requested, and prints it as JSON. If the config cannot be changed, calls
/// `undo`, which takes the resource back.
void introduce(Context& context, const NewEntry& entry, const std::function<void()>& undo);

/// A resource of the registry to create, and its config entry (NewEntry).
struct NewResource {
  Resource resource = {};
  std::string config_array = {};
  std::vector<BindingField> binding = {};
  bool update_config = false;
  std::string flag = {};
};

/// Adds the resource to the registry and introduces it (`introduce`). Throws conflict if the name is taken.
void make_resource(Context& context, Registry& registry, const NewResource& made);

/// Throws usage unless the name of a new resource is 1 to `most` bytes of text without control characters.
void check_new_name(std::string_view name, std::size_t most, std::string_view what);

}  // namespace corral
