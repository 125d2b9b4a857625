#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/commands.hpp"

namespace corral::r2 {

namespace {

/// More candidates than this would not fit a screen.
constexpr std::size_t max_candidates = 200;

StateOptions state_of(const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  return state;
}

std::vector<std::string> buckets(Context& context, const CompletionRequest& request) {
  std::vector<std::string> words;
  for (const KnownBucket& bucket : known_buckets(context, state_of(request))) {
    if (bucket.name.starts_with(request.prefix)) words.push_back(bucket.name);
  }
  return words;
}

/// "BUCKET/" first, then the folders and objects one level below what has been typed.
std::vector<std::string> objects(Context& context, const CompletionRequest& request) {
  const std::size_t slash = request.prefix.find('/');
  std::vector<std::string> words;
  if (slash == std::string::npos) {
    words = buckets(context, request);
    for (std::string& word : words) word += '/';
    return words;
  }
  const std::string bucket = request.prefix.substr(0, slash);
  BucketOptions options;
  options.state = state_of(request);
  ObjectListOptions range;
  range.prefix = request.prefix.substr(slash + 1);
  range.delimiter = '/';
  range.limit = max_candidates;
  const ObjectPage page = open_bucket(context, options, bucket, Access::read)->list(range);
  for (const std::string& prefix : page.prefixes) words.push_back(fmt::format("{}/{}", bucket, prefix));
  for (const ObjectInfo& object : page.objects) words.push_back(fmt::format("{}/{}", bucket, object.key));
  return words;
}

}  // namespace

std::vector<LiveValues> bucket_values() {
  return {{"bucket", buckets}, {"name", buckets}};
}

std::vector<LiveValues> object_values() {
  return {{"objectPath", objects}, {"from", objects}, {"to", objects}};
}

}  // namespace corral::r2
