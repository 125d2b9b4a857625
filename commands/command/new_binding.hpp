#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/registry.hpp"
#include "commands/command/project.hpp"

namespace corral {

class Context;

/// A name made a binding as wrangler makes it: a JavaScript identifier, other characters left out, '-' as
/// '_'; nothing left: `fallback`.
std::string binding_of_name(std::string_view name, std::string_view fallback);

/// A resource that `create` makes, and its entry for the config.
struct NewResource {
  Resource resource = {};
  std::string config_array = {};           ///< "kv_namespaces", "queues.producers", ...
  std::vector<BindingField> binding = {};  ///< the entry's fields in order
  bool update_config = false;              ///< add the entry to the config
  std::string flag = {};  ///< how commands name the resource: "--namespace "; empty: by its bare name
};

/// Puts the resource into the registry and, if that was asked for, its entry into the config (if that fails,
/// the registry is as before), and prints the entry as JSON. Throws conflict if the name is taken.
void make_resource(Context& context, Registry& registry, const NewResource& made);

/// Throws usage unless a name for a new resource is text of 1 to `most` bytes without control characters.
void check_new_name(std::string_view name, std::size_t most, std::string_view what);

}  // namespace corral
