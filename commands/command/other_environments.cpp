#include "commands/command/other_environments.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/context.hpp"

namespace corral {

namespace {

/// "the top level", "--env production".
std::string words_of(const std::string& environment) {
  return environment.empty() ? "the top level" : fmt::format("--env {}", shown(environment));
}

}  // namespace

bool has_name(const Project& project, std::string_view name) {
  const auto any = [&](const auto& list, auto... names) {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& one) { return ((one.*names == name) || ...); });
  };
  return any(project.kv_namespaces, &KvNamespaceBinding::binding, &KvNamespaceBinding::id) ||
         any(project.d1_databases, &D1DatabaseBinding::binding, &D1DatabaseBinding::database_name,
             &D1DatabaseBinding::database_id) ||
         any(project.r2_buckets, &R2BucketBinding::binding, &R2BucketBinding::bucket_name) ||
         any(project.queue_producers, &QueueProducer::binding, &QueueProducer::queue) ||
         any(project.queue_consumers, &QueueConsumer::queue) ||
         any(project.durable_objects, &DurableObjectBinding::name, &DurableObjectBinding::class_name);
}

std::string hint_of_environments(Context& context, const std::function<bool(const Project&)>& has_it,
                                 std::string otherwise) {
  std::vector<std::string> found;
  try {
    found = context.project().environments_with(has_it);
  } catch (const Error&) {
    return otherwise;  // this is only a hint for another error
  }
  if (found.empty()) return otherwise;
  std::string list;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool last = i + 1 == found.size();
    list += (i == 0 ? "" : last ? " and " : ", ") + words_of(found[i]);
  }
  const bool only_top = found.size() == 1 && found.front().empty();
  return fmt::format("{} {} it{}", list, found.size() == 1 ? "has" : "have",
                     only_top ? ": name no environment, with --env or CLOUDFLARE_ENV" : "");
}

}  // namespace corral
