#include "backends/registered/r2_buckets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/error.hpp"
#include "backends/registered/bucket_documents.hpp"

namespace corral {

namespace {

using Json = nlohmann::ordered_json;

constexpr ResourceKind kind = ResourceKind::r2_bucket;

/// Its name in the registry.
const char* member_of(BucketSetting setting) {
  switch (setting) {
    case BucketSetting::cors: return "cors";
    case BucketSetting::lifecycle: return "lifecycle";
    case BucketSetting::lock: return "lock";
    case BucketSetting::domains: return "domains";
    case BucketSetting::dev_url: return "dev_url";
    case BucketSetting::local_uploads: return "local_uploads";
    case BucketSetting::sippy: return "sippy";
    case BucketSetting::notifications: return "notifications";
  }
  return "";
}

Json parse_settings(const std::string& text, std::string_view name) {
  Json settings = read_json(text);
  if (settings.is_object()) return settings;
  throw Error(ErrorKind::corrupt, fmt::format("the settings of R2 bucket {} are damaged", name));
}

/// What is kept of a setting that is to replace what `present` has.
Json kept_form(BucketSetting setting, Json wanted, const Json& present, std::string_view bucket) {
  if (setting == BucketSetting::sippy && wanted.contains("source"))
    return sippy_without_secrets(wanted, bucket);
  // R2 gives a bucket a permanent address; here nothing listens at it.
  if (setting == BucketSetting::dev_url && present.is_object() && present.contains("domain")) {
    wanted["domain"] = present.at("domain");
  } else if (setting == BucketSetting::dev_url && wanted.value("enabled", false)) {
    wanted["domain"] = "pub-" + random_hex(16) + ".r2.dev";
  }
  return wanted;
}

}  // namespace

std::vector<R2Bucket> RegisteredR2Buckets::list(const std::optional<std::string>& /*jurisdiction*/) {
  std::vector<R2Bucket> all;
  for (const Resource& resource : registry_.list(kind))
    all.push_back({.name = resource.name, .created_at = resource.created_at});
  for (const std::string& name : objects_.stored_buckets()) {
    auto found = std::find_if(all.begin(), all.end(), [&](const R2Bucket& one) { return one.name == name; });
    if (found == all.end()) found = all.insert(found, {.name = name});
    found->stored = true;
  }
  std::sort(all.begin(), all.end(), [](const R2Bucket& a, const R2Bucket& b) { return a.name < b.name; });
  return all;
}

std::string RegisteredR2Buckets::create(const NewR2Bucket& wanted) {
  Json settings = Json::object();
  if (wanted.location) settings["location"] = *wanted.location;
  settings["storage_class"] = wanted.storage_class.value_or("Standard");
  if (wanted.id.jurisdiction) settings["jurisdiction"] = *wanted.id.jurisdiction;
  registry_.add({.kind = kind,
                 .id = wanted.id.name,
                 .name = wanted.id.name,
                 .created_at = clock_.now(),
                 .settings = write_json(settings)});
  return wanted.location.value_or("");
}

bool RegisteredR2Buckets::remove(const BucketId& bucket) {
  const BucketUsage usage = objects_.open(bucket.name)->usage();
  if (usage.objects + usage.uploads > 0) return false;
  objects_.drop(bucket.name);
  registry_.remove(kind, bucket.name);
  return true;
}

R2BucketDetails RegisteredR2Buckets::details(const BucketId& bucket) {
  const auto resource = registry_.find_id(kind, bucket.name);
  const Json settings = this->settings(bucket.name);
  const auto store = objects_.open(bucket.name);
  const BucketUsage usage = store->usage();
  R2BucketDetails details{
      .location = settings.value("location", std::string()),
      .storage_class = settings.value("storage_class", std::string("Standard")),
      .objects = usage.objects,
      .bytes = usage.bytes,
      .storage = R2BucketDetails::Storage{
          .uploads = usage.uploads, .upload_bytes = usage.upload_bytes, .file = store->location()}};
  if (resource) details.created_at = resource->created_at;
  return details;
}

void RegisteredR2Buckets::set_storage_class(const BucketId& bucket, std::string_view storage_class) {
  edit_settings(bucket.name, [&](Json& settings) { settings["storage_class"] = storage_class; });
}

Json RegisteredR2Buckets::settings(std::string_view name) {
  const auto resource = registry_.find_id(kind, name);
  return resource ? parse_settings(resource->settings, name) : Json::object();
}

void RegisteredR2Buckets::edit_settings(std::string_view name, const std::function<void(Json&)>& edit) {
  if (!registry_.find_id(kind, name)) {
    try {
      registry_.add(
          {.kind = kind, .id = std::string(name), .name = std::string(name), .created_at = clock_.now()});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::conflict) throw;  // another process has just registered it
    }
  }
  registry_.edit_settings(kind, name, [&](const std::string& text) {
    Json settings = parse_settings(text, name);
    edit(settings);
    return write_json(settings);
  });
}

std::optional<std::string> RegisteredR2Buckets::read(const BucketId& bucket, BucketSetting setting) {
  const Json settings = this->settings(bucket.name);
  const auto found = settings.find(member_of(setting));
  if (found == settings.end()) return std::nullopt;
  return found->dump();
}

bool RegisteredR2Buckets::replace(const BucketId& bucket, BucketSetting setting, const std::string& json,
                                  CatalogCare care) {
  return edit(
      bucket, setting, [&](const std::optional<std::string>& /*present*/) { return json; }, care);
}

bool RegisteredR2Buckets::edit(const BucketId& bucket, BucketSetting setting, const Edit& edit,
                               CatalogCare /*care*/) {
  const char* const member = member_of(setting);
  edit_settings(bucket.name, [&](Json& settings) {
    const bool made = settings.contains(member);
    const Json present = made ? settings.at(member) : Json();
    const std::string wanted = edit(made ? std::optional(write_json(present)) : std::nullopt);
    settings[member] = kept_form(setting, Json::parse(wanted), present, bucket.name);
  });
  return true;
}

bool RegisteredR2Buckets::erase(const BucketId& bucket, BucketSetting setting) {
  bool erased = false;
  edit_settings(bucket.name, [&](Json& settings) { erased = settings.erase(member_of(setting)) > 0; });
  return erased;
}

void RegisteredR2Buckets::connect_domain(const BucketId& bucket, const NewBucketDomain& domain) {
  edit_settings(bucket.name, [&](Json& settings) { DomainDocument(settings["domains"]).add(domain); });
}

std::string RegisteredR2Buckets::connected_domain(const BucketId& bucket, std::string_view domain) {
  Json settings = this->settings(bucket.name);
  return write_json(DomainDocument(settings["domains"]).find(domain));
}

void RegisteredR2Buckets::change_domain(const BucketId& bucket, std::string_view domain,
                                        const std::optional<std::string>& min_tls) {
  edit_settings(bucket.name, [&](Json& settings) {
    Json& found = DomainDocument(settings["domains"]).find(domain);
    if (min_tls) found["minTLS"] = *min_tls;
  });
}

void RegisteredR2Buckets::disconnect_domain(const BucketId& bucket, std::string_view domain) {
  edit_settings(bucket.name, [&](Json& settings) { DomainDocument(settings["domains"]).remove(domain); });
}

std::string RegisteredR2Buckets::notify(const BucketId& bucket, const NewNotification& wanted) {
  std::string id = random_hex(16);
  edit_settings(bucket.name,
                [&](Json& settings) { NotificationDocument(settings["notifications"]).add(wanted, id); });
  return id;
}

void RegisteredR2Buckets::stop_notifying(const BucketId& bucket, std::string_view queue,
                                         const std::optional<std::string>& rule) {
  edit_settings(bucket.name,
                [&](Json& settings) { NotificationDocument(settings["notifications"]).remove(queue, rule); });
}

}  // namespace corral
