#include "commands/kv/known_namespaces.hpp"

#include <algorithm>

#include "backends/kv_namespaces.hpp"
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
  KvNamespaces& namespaces = context.stores(state).kv_namespaces();
  const std::vector<KvNamespace> all = namespaces.list();
  const auto add = [&](const KvNamespace& one) {
    KnownNamespace& added = entry(one.id);
    added.title = one.title;
    added.backends = one.backends;
    added.description = one.description;
  };
  for (const KvNamespace& one : all) {
    if (!one.title.empty()) add(one);
  }
  if (context.project().config_file()) {
    for (const KvNamespaceBinding& binding :
         require_section(context, ConfigSection::kv_namespaces).kv_namespaces) {
      const auto bind = [&](const std::string& id, const std::string& name) {
        const bool known_already =
            std::any_of(known.begin(), known.end(), [&](const KnownNamespace& one) { return one.id == id; });
        if (known_already || namespaces.made_by_first_write()) entry(id).bindings.push_back(name);
      };
      bind(local_id(binding, std::nullopt, Access::read), binding.binding);
      if (binding.preview_id && binding.id) bind(*binding.preview_id, binding.binding + " (preview)");
    }
  }
  for (const KvNamespace& one : all) {
    if (one.title.empty()) add(one);
  }
  return known;
}

}  // namespace corral::kv
