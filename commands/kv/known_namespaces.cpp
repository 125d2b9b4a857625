#include "commands/kv/known_namespaces.hpp"

#include <algorithm>

#include "commands/command/config_check.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

std::vector<KnownNamespace> known_namespaces(Context& context, const StateOptions& state) {
  std::vector<KnownNamespace> known;
  const auto entry = [&](const std::string& id) -> KnownNamespace& {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.id == id; });
    if (found != known.end()) return *found;
    known.push_back({.id = id});
    return known.back();
  };
  Stores& stores = context.stores(state);
  for (const Resource& resource : stores.registry().list(ResourceKind::kv_namespace)) {
    entry(resource.id).title = resource.name;
  }
  if (context.project().config_file()) {
    for (const KvNamespaceBinding& binding :
         require_section(context, ConfigSection::kv_namespaces).kv_namespaces) {
      entry(id_of_binding(binding, std::nullopt, Access::read)).bindings.push_back(binding.binding);
      if (binding.preview_id && binding.id)
        entry(*binding.preview_id).bindings.push_back(binding.binding + " (preview)");
    }
  }
  for (const auto& [name, backend] : stores.kv_backends()) {
    for (const std::string& id : backend->stored_namespaces()) entry(id).backends.emplace_back(name);
  }
  return known;
}

}  // namespace corral::kv
