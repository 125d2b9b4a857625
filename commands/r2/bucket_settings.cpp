#include "commands/r2/bucket_settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::r2 {

namespace {

Json settings_of(const std::string& text, std::string_view name) {
  auto settings = json_if_valid(text);
  if (settings && settings->is_object()) return *std::move(settings);
  throw Error(ErrorKind::corrupt, fmt::format("the settings of R2 bucket {} are damaged", name));
}

}  // namespace

std::vector<KnownBucket> known_buckets(Context& context, const StateOptions& state) {
  std::vector<KnownBucket> known;
  const auto entry = [&](const std::string& name) -> KnownBucket& {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
    if (found != known.end()) return *found;
    known.push_back({.name = name});
    return known.back();
  };
  Stores& stores = context.stores(state);
  for (Resource& resource : stores.registry().list(ResourceKind::r2_bucket)) {
    KnownBucket& bucket = entry(resource.name);
    bucket.made_here = std::move(resource);
  }
  if (context.project().config_file()) {
    for (const R2BucketBinding& binding : require_section(context, ConfigSection::r2_buckets).r2_buckets) {
      if (binding.bucket_name) entry(*binding.bucket_name).bindings.push_back(binding.binding);
    }
  }
  for (const std::string& name : stores.r2().stored_buckets()) entry(name).stored = true;
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return known;
}

KnownBucket require_bucket(Context& context, const BucketOptions& options, std::string_view name) {
  check_bucket_name(name);
  for (KnownBucket& bucket : known_buckets(context, options.state)) {
    if (bucket.name == name) return std::move(bucket);
  }
  throw Error(ErrorKind::not_found, fmt::format("there is no R2 bucket {} here", name),
              hint_of_environments(
                  context, [&](const Project& other) { return has_name(other, name); },
                  fmt::format("make it with 'corral r2 bucket create {}'", name)));
}

Json bucket_settings(Registry& registry, std::string_view name) {
  const auto resource = registry.find_id(ResourceKind::r2_bucket, name);
  return resource ? settings_of(resource->settings, name) : Json::object();
}

void edit_bucket_settings(Context& context, const BucketOptions& options, std::string_view name,
                          const std::function<void(Json&)>& edit) {
  Registry& registry = context.stores(options.state).registry();
  if (!require_bucket(context, options, name).made_here) {
    Resource resource;
    resource.kind = ResourceKind::r2_bucket;
    resource.id = name;
    resource.name = name;
    resource.created_at = context.clock().now();
    try {
      registry.add(resource);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::conflict) throw;  // another process has just registered it
    }
  }
  registry.edit_settings(ResourceKind::r2_bucket, name, [&](const std::string& text) {
    Json settings = settings_of(text, name);
    edit(settings);
    return json_text(settings, 0);
  });
}

}  // namespace corral::r2
