#include "commands/state/resource_names.hpp"

#include "commands/d1/target.hpp"
#include "commands/kv/known_namespaces.hpp"

namespace corral::state {

ResourceNames::ResourceNames(Context& context, const StateOptions& state) {
  Stores& stores = context.stores(state);
  for (const kv::KnownNamespace& known : kv::known_namespaces(context, state)) {
    const std::string& name = !known.title.empty()      ? known.title
                              : !known.bindings.empty() ? known.bindings.front()
                                                        : known.id;
    add(stores, ResourceKind::kv_namespace, known.id, name);
  }
  for (const d1::Database& known : d1::known_databases(context, state)) {
    add(stores, ResourceKind::d1_database, known.id, known.name);
  }
  for (const std::string& bucket : stores.r2().stored_buckets()) {
    add(stores, ResourceKind::r2_bucket, bucket, bucket);
  }
}

void ResourceNames::add(const Stores& stores, ResourceKind kind, const std::string& id,
                        const std::string& name) {
  const std::filesystem::path file = stores.file_of(kind, id);
  by_file_[file.lexically_relative(stores.state_root() / "v3").generic_string()] = name;
}

std::string ResourceNames::of(const StateDifference& difference) const {
  const auto found = by_file_.find(difference.place);
  if (found != by_file_.end()) return found->second;
  if (difference.service != StateService::durable_objects) return difference.place;
  // "do/<script>-<class>/<id>.sqlite": the class and the object.
  std::string name = difference.place.substr(difference.place.find('/') + 1);
  if (name.ends_with(".sqlite")) name.resize(name.size() - std::string_view(".sqlite").size());
  return name;
}

}  // namespace corral::state
