#include "backends/registered/kv_namespaces.hpp"

#include <algorithm>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"

namespace corral {

std::vector<KvNamespace> RegisteredKvNamespaces::list() {
  std::vector<KvNamespace> all;
  for (Resource& resource : registry_.list(ResourceKind::kv_namespace))
    all.push_back({.id = std::move(resource.id), .title = std::move(resource.name)});
  const std::size_t registered = all.size();
  for (const auto& [name, backend] : backends_) {
    for (std::string& id : backend->stored_namespaces()) {
      auto found = std::find_if(all.begin(), all.end(), [&](const KvNamespace& one) { return one.id == id; });
      if (found == all.end()) found = all.insert(found, {.id = std::move(id)});
      found->backends.emplace_back(name);
    }
  }
  std::sort(all.begin() + static_cast<std::ptrdiff_t>(registered), all.end(),
            [](const KvNamespace& a, const KvNamespace& b) { return a.id < b.id; });
  return all;
}

namespace {

std::optional<KvNamespace> namespace_of(std::optional<Resource> resource) {
  if (!resource) return std::nullopt;
  return KvNamespace{.id = std::move(resource->id), .title = std::move(resource->name)};
}

}  // namespace

std::optional<KvNamespace> RegisteredKvNamespaces::find_title(std::string_view title) {
  return namespace_of(registry_.find_name(ResourceKind::kv_namespace, title));
}

std::optional<KvNamespace> RegisteredKvNamespaces::find_id(std::string_view id) {
  return namespace_of(registry_.find_id(ResourceKind::kv_namespace, id));
}

KvNamespace RegisteredKvNamespaces::create(const NewKvNamespace& wanted) {
  nlohmann::ordered_json settings = nlohmann::ordered_json::object();
  if (wanted.jurisdiction) settings["jurisdiction"] = *wanted.jurisdiction;
  if (wanted.mode) settings["mode"] = *wanted.mode;
  const Resource resource{.kind = ResourceKind::kv_namespace,
                          .id = random_hex(16),
                          .name = wanted.title,
                          .created_at = clock_.now(),
                          .settings = write_json(settings)};
  registry_.add(resource);
  return {.id = resource.id, .title = resource.name};
}

void RegisteredKvNamespaces::rename(std::string_view id, std::string_view new_title) {
  registry_.rename(ResourceKind::kv_namespace, id, new_title);
}

std::optional<std::uint64_t> RegisteredKvNamespaces::remove(std::string_view id) {
  std::uint64_t removed = 0;
  for (const auto& [name, backend] : backends_) removed += backend->drop(id);
  if (registry_.find_id(ResourceKind::kv_namespace, id)) registry_.remove(ResourceKind::kv_namespace, id);
  return removed;
}

std::optional<KvStats> RegisteredKvNamespaces::totals(std::string_view id, UnixMillis now) {
  KvStats total;
  for (const auto& [name, backend] : backends_) {
    const KvStats stats = backend->open(id)->stats(now, 0);
    total.keys += stats.keys;
    total.expired += stats.expired;
    total.bytes += stats.bytes;
  }
  return total;
}

std::string RegisteredKvNamespaces::id_of_binding(const std::optional<std::string>& /*worker*/,
                                                  std::string_view binding) {
  return std::string(binding);
}

}  // namespace corral
