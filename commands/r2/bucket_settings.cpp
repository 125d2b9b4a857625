#include "commands/r2/bucket_settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/command/config_check.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::r2 {

namespace {

Json settings_of(const std::string& text, std::string_view name) {
  auto settings = json_if_valid(text);
  if (settings && settings->is_object()) return *std::move(settings);
  throw Error(ErrorKind::corrupt, fmt::format("the settings of R2 bucket {} are damaged", name));
}

}  // namespace

std::vector<KnownBucket> known_buckets(Context& context, const StateOptions& state,
                                       const std::optional<std::string>& jurisdiction) {
  R2Buckets& buckets = context.stores(state).r2_buckets();
  std::vector<KnownBucket> known;
  for (R2Bucket& bucket : buckets.list(jurisdiction)) {
    known.push_back({.name = std::move(bucket.name),
                     .created_at = bucket.created_at,
                     .stored = bucket.stored,
                     .description = std::move(bucket.description)});
  }
  if (!context.project().config_file()) return known;
  for (const R2BucketBinding& binding : require_section(context, ConfigSection::r2_buckets).r2_buckets) {
    if (!binding.bucket_name) continue;
    auto found = std::find_if(known.begin(), known.end(),
                              [&](const KnownBucket& one) { return one.name == *binding.bucket_name; });
    if (found == known.end() && !buckets.made_by_first_write()) continue;
    if (found == known.end()) found = known.insert(found, {.name = *binding.bucket_name});
    found->bindings.push_back(binding.binding);
  }
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return known;
}

KnownBucket require_bucket(Context& context, const BucketOptions& options, std::string_view name) {
  check_bucket_name(name);
  if (!context.stores(options.state).r2_buckets().made_by_first_write()) return {.name = std::string(name)};
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

BucketId bucket_id(Context& context, const BucketOptions& options, std::string_view argument) {
  return {require_bucket(context, options, resolve_bucket(context, argument)).name, options.jurisdiction};
}

std::string bucket_for_question(Context& context, const BucketOptions& options, const BucketId& bucket) {
  return fmt::format("R2 bucket {}{}", bucket.name, context.stores(options.state).r2_buckets().owner());
}

}  // namespace corral::r2
