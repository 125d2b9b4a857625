#include "serve/s3/open_buckets.hpp"

#include <algorithm>

#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/object_store.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/lock_rules.hpp"
#include "commands/r2/target.hpp"
#include "commands/text/json_reader.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::size_t most_open = 8;

ino_t inode_of(const std::string& file) {
  const auto status = nofollow::status(file);
  return status ? status->st_ino : 0;
}

}  // namespace

Json OpenBuckets::settings(std::string_view bucket) {
  try {
    check_bucket_name(bucket);
  } catch (const Error& error) {
    throw S3Error(400, "InvalidBucketName", error.message());
  }
  Registry& registry = context_.stores({}).registry();
  if (registry.find_id(ResourceKind::r2_bucket, bucket)) return r2::bucket_settings(registry, bucket);
  // It may have storage without having been created here, or be in the config.
  try {
    r2::require_bucket(context_, {}, bucket);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) throw no_such_bucket();
    throw;
  }
  return Json::object();
}

OpenBuckets::Open& OpenBuckets::open(std::string_view bucket) {
  auto found = open_.find(bucket);
  // Another file may be there by now if the state was replaced.
  if (found != open_.end() && found->second.file != inode_of(found->second.store->location())) {
    if (found->second.file != 0) {
      open_.erase(found);
      found = open_.end();
    } else {
      found->second.file = inode_of(found->second.store->location());
    }
  }
  if (found == open_.end()) {
    if (open_.size() >= most_open) {
      open_.erase(std::min_element(open_.begin(), open_.end(), [](const auto& one, const auto& other) {
        return one.second.used < other.second.used;
      }));
    }
    Open fresh;
    fresh.store = context_.stores({}).r2().open(bucket);
    fresh.file = inode_of(fresh.store->location());
    found = open_.emplace(bucket, std::move(fresh)).first;
  }
  found->second.used = ++uses_;
  return found->second;
}

ObjectStore& OpenBuckets::reading(std::string_view bucket) {
  settings(bucket);
  return *open(bucket).store;
}

ObjectStore& OpenBuckets::writing(std::string_view bucket) {
  const Json rules = settings(bucket);
  Open& opened = open(bucket);
  const auto* const notifications = rules.find("notifications");
  if (notifications != rules.end() && !notifications->at("queues").empty()) {
    opened.notifying = r2::open_bucket(context_, {}, bucket, r2::Access::write);
    return *opened.notifying;
  }
  opened.store->guard(r2::lock_guard(rules, bucket, context_.clock().now()));
  return *opened.store;
}

void OpenBuckets::forget(std::string_view bucket) {
  if (const auto found = open_.find(bucket); found != open_.end()) open_.erase(found);
}

std::vector<OpenBuckets::Named> OpenBuckets::list() {
  std::vector<Named> names;
  for (r2::KnownBucket& bucket : r2::known_buckets(context_, {}))
    names.push_back({std::move(bucket.name), bucket.created_at});
  return names;
}

std::optional<std::string> OpenBuckets::with_domain(std::string_view domain) {
  for (const Resource& resource : context_.stores({}).registry().list(ResourceKind::r2_bucket)) {
    if (resource.settings.find(domain) == std::string::npos) continue;  // without parsing it
    const auto settings = json_if_valid(resource.settings);
    if (!settings || !settings->contains("domains")) continue;
    for (const Json& one : settings->at("domains").at("domains")) {
      if (one.at("domain") == domain && one.value("enabled", true)) return resource.id;
    }
  }
  return std::nullopt;
}

}  // namespace corral::serve::s3
