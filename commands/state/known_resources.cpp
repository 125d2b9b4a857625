#include "commands/state/known_resources.hpp"

#include <algorithm>
#include <utility>

#include "commands/command/state_options.hpp"
#include "commands/d1/target.hpp"
#include "commands/kv/known_namespaces.hpp"

namespace corral::state {

namespace {

void add_name(KnownResource& resource, const std::string& name) {
  const bool known = std::find(resource.names.begin(), resource.names.end(), name) != resource.names.end();
  if (!name.empty() && !known) resource.names.push_back(name);
}

void name_databases(Context& context, const StateOptions& state, std::vector<KnownResource>& resources) {
  const Stores& stores = context.stores(state);
  for (const d1::Database& database : d1::known_databases(context, state)) {
    const auto file = stores.file_of(ResourceKind::d1_database, database.id);
    for (KnownResource& resource : resources) {
      if (resource.file.file != file) continue;
      resource.id = database.id;
      add_name(resource, database.name);
      if (database.config != nullptr) add_name(resource, database.config->binding);
      add_name(resource, database.id);
    }
  }
}

void name_namespaces(Context& context, const StateOptions& state, std::vector<KnownResource>& resources) {
  const Stores& stores = context.stores(state);
  for (const kv::KnownNamespace& one : kv::known_namespaces(context, state)) {
    KnownResource resource;
    resource.service = "kv";
    resource.id = one.id;
    const auto file = stores.file_of(ResourceKind::kv_namespace, one.id);
    const auto stored = std::find_if(resources.begin(), resources.end(),
                                     [&](const KnownResource& other) { return other.file.file == file; });
    const bool elsewhere = std::any_of(one.backends.begin(), one.backends.end(),
                                       [](const auto& name) { return name != kv_backend_names.front(); });
    KnownResource& named = stored == resources.end() ? resource : *stored;
    named.id = one.id;
    add_name(named, one.title);
    for (const std::string& binding : one.bindings) add_name(named, binding);
    add_name(named, one.id);
    if (stored == resources.end() && elsewhere) resources.push_back(std::move(resource));
  }
}

}  // namespace

bool KnownResource::goes_by(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<KnownResource> stored_resources(Context& context, const StateOptions& state) {
  Stores& stores = context.stores(state);
  std::vector<KnownResource> resources;
  for (StateFile& file : stores.care().files()) {
    if (file.file.filename() == "metadata.sqlite") continue;
    KnownResource resource;
    resource.service = file.service;
    if (file.service == "r2") {
      resource.id = file.name;
      add_name(resource, file.name);
    }
    resource.file = std::move(file);
    resources.push_back(std::move(resource));
  }
  name_databases(context, state, resources);
  name_namespaces(context, state, resources);
  for (const std::string& name : stores.queues().stored_queues()) {
    KnownResource queue;
    queue.service = "queues";
    queue.id = name;
    queue.names = {name};
    const QueueStats stats = stores.queues().open(name)->stats(context.clock().now());
    queue.messages = stats.messages;
    queue.bytes = stats.bytes;
    resources.push_back(std::move(queue));
  }
  for (KnownResource& resource : resources) {
    add_name(resource, resource.file.name);
    add_name(resource, resource.file.file.stem().native());
  }
  std::stable_sort(resources.begin(), resources.end(),
                   [](const KnownResource& a, const KnownResource& b) { return a.service < b.service; });
  return resources;
}

}  // namespace corral::state
