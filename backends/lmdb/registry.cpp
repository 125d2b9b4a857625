#include "backends/lmdb/registry.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::lmdb {

namespace {

constexpr const char* registry_database = "registry";

std::string prefix_of(ResourceKind kind) {
  return std::string(name_of(kind)) + "/";
}

std::string key_of(ResourceKind kind, std::string_view id) {
  std::string key = prefix_of(kind).append(id);
  if (key.size() > max_key_bytes) throw Error(ErrorKind::limit, "the id of a resource is too long");
  return key;
}

std::string encode(const Resource& resource) {
  const nlohmann::json json = {
      {"name", resource.name}, {"created_at", resource.created_at}, {"settings", resource.settings}};
  return write_json(json);
}

Resource decode(ResourceKind kind, std::string_view id, std::string_view text) {
  const nlohmann::ordered_json json = read_json(text);
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the registry entry of {} {} is damaged", name_of(kind), shown(id)));
  }
  Resource resource;
  resource.kind = kind;
  resource.id = id;
  resource.name = json["name"].get<std::string>();
  resource.created_at = json.value("created_at", UnixMillis{0});
  resource.settings = json.value("settings", std::string("{}"));
  return resource;
}

std::vector<Resource> list_in(Transaction& transaction, Database database, ResourceKind kind) {
  std::vector<Resource> resources;
  const std::string prefix = prefix_of(kind);
  Cursor cursor = transaction.cursor(database);
  for (auto record = cursor.seek(prefix); record && record->first.starts_with(prefix);
       record = cursor.next()) {
    resources.push_back(decode(kind, record->first.substr(prefix.size()), record->second));
  }
  std::sort(resources.begin(), resources.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return resources;
}

void check_name_is_free(Transaction& transaction, Database database, ResourceKind kind, std::string_view name,
                        std::string_view own_id) {
  for (const Resource& other : list_in(transaction, database, kind)) {
    if (other.name == name && other.id != own_id) {
      throw Error(ErrorKind::conflict, fmt::format("there is a {} named \"{}\" already, with id {}",
                                                   label_of(kind), shown(name), shown(other.id)));
    }
  }
}

Resource find_in(Transaction& transaction, Database database, ResourceKind kind, std::string_view id) {
  const auto text = transaction.get(database, key_of(kind, id));
  if (text) return decode(kind, id, *text);
  throw Error(ErrorKind::not_found,
              fmt::format("no {} with id {} was created here", label_of(kind), shown(id)));
}

}  // namespace

void LmdbRegistry::add(const Resource& resource) {
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(registry_database);
    if (transaction.get(database, key_of(resource.kind, resource.id))) {
      throw Error(ErrorKind::conflict, fmt::format("there is a {} with id {} already",
                                                   label_of(resource.kind), shown(resource.id)));
    }
    check_name_is_free(transaction, database, resource.kind, resource.name, resource.id);
    transaction.put(database, key_of(resource.kind, resource.id), encode(resource));
  });
}

std::optional<Resource> LmdbRegistry::find_id(ResourceKind kind, std::string_view id) {
  std::optional<Resource> found;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(registry_database);
    const auto text = database ? transaction.get(*database, key_of(kind, id)) : std::nullopt;
    if (text) found = decode(kind, id, *text);
  });
  return found;
}

std::optional<Resource> LmdbRegistry::find_name(ResourceKind kind, std::string_view name) {
  for (Resource& resource : list(kind)) {
    if (resource.name == name) return std::move(resource);
  }
  return std::nullopt;
}

std::vector<Resource> LmdbRegistry::list(ResourceKind kind) {
  std::vector<Resource> resources;
  environment_.read([&](Transaction& transaction) {
    if (const auto database = transaction.find(registry_database))
      resources = list_in(transaction, *database, kind);
  });
  return resources;
}

void LmdbRegistry::rename(ResourceKind kind, std::string_view id, std::string_view new_name) {
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(registry_database);
    Resource resource = find_in(transaction, database, kind, id);
    check_name_is_free(transaction, database, kind, new_name, id);
    resource.name = new_name;
    transaction.put(database, key_of(kind, id), encode(resource));
  });
}

void LmdbRegistry::set_settings(ResourceKind kind, std::string_view id, std::string_view settings) {
  edit_settings(kind, id, [&](const std::string&) { return std::string(settings); });
}

void LmdbRegistry::edit_settings(ResourceKind kind, std::string_view id,
                                 const std::function<std::string(const std::string&)>& edit) {
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(registry_database);
    Resource resource = find_in(transaction, database, kind, id);
    resource.settings = edit(resource.settings);
    transaction.put(database, key_of(kind, id), encode(resource));
  });
}

bool LmdbRegistry::remove(ResourceKind kind, std::string_view id) {
  if (!find_id(kind, id)) return false;
  bool removed = false;
  environment_.write([&](Transaction& transaction) {
    const auto database = transaction.find(registry_database);
    removed = database && transaction.erase(*database, key_of(kind, id));
  });
  return removed;
}

}  // namespace corral::lmdb
