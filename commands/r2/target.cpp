#include "commands/r2/target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/queues/target.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/r2/lock_rules.hpp"
#include "commands/r2/notifying_store.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

void add_bucket_options(Arguments& arguments, BucketOptions& options, Reach reach) {
  value_name(add_text(arguments, "-J,--jurisdiction", options.jurisdiction,
                      reach == Reach::state_folder_account
                          ? "Where the account's bucket is: eu, fedramp; no local effect"
                          : "Accepted; no local effect"),
             "NAME");
  add_state_options(arguments, options.state, reach);
}

namespace {

/// The bucket of the binding with this name.
std::optional<std::string> bucket_of_binding(const Project& project, std::string_view name) {
  const auto found = std::find_if(project.r2_buckets.begin(), project.r2_buckets.end(),
                                  [&](const R2BucketBinding& one) { return one.binding == name; });
  return found == project.r2_buckets.end() ? std::nullopt : found->bucket_name;
}

}  // namespace

std::string resolve_bucket(Context& context, std::string_view name) {
  try {
    check_bucket_name(name);
    return std::string(name);
  } catch (const Error& error) {
    // Binding names usually contain capitals, which bucket names cannot.
    if (!context.project().config_file()) throw;
    if (auto bucket = bucket_of_binding(context.project().project(), name)) return *std::move(bucket);
    throw Error(error.kind(), error.message(),
                hint_of_environments(
                    context, [&](const Project& other) { return bucket_of_binding(other, name).has_value(); },
                    error.hint()));
  }
}

ObjectPath parse_object_path(Context& context, std::string_view path, KeyPart key_part) {
  const std::size_t slash = path.find('/');
  const std::string_view bucket = path.substr(0, slash);
  const std::string_view key = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  if (bucket.empty() || (key.empty() && key_part == KeyPart::required)) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is not the path of an object", shown(path)),
                "write BUCKET/KEY");
  }
  return {resolve_bucket(context, bucket), std::string(key)};
}

namespace {

void send_events(Context& context, const StateOptions& state, const std::string& queue,
                 const std::vector<std::string>& events) {
  const queues::Arrival arrival = queues::arrival_in(context, state, queue);
  std::vector<NewMessage> messages;
  messages.reserve(events.size());
  for (const std::string& event : events) messages.push_back({event, QueueContentType::json, arrival.delay});
  context.stores(state).queues().open(queue)->send(messages, arrival.retention, context.clock().now());
}

}  // namespace

std::unique_ptr<ObjectStore> open_bucket(Context& context, const BucketOptions& options,
                                         std::string_view bucket, Access access, CatalogCheck check) {
  Stores& stores = context.stores(options.state);
  BucketAccess terms{.jurisdiction = options.jurisdiction};
  if (check == CatalogCheck::on) {
    terms.confirm_catalog_change = [&context, name = std::string(bucket)] {
      confirm(context,
              fmt::format("R2 bucket {} has a data catalog, whose tables a change of objects can damage. "
                          "Change them nevertheless?",
                          name),
              "--force", false);
    };
  }
  std::unique_ptr<ObjectStore> store = stores.r2().open(bucket, std::move(terms));
  if (access == Access::read || store->traits().enforces_rules) return store;
  const Json settings = bucket_settings(stores.registry(), bucket);
  store->guard(lock_guard(settings, bucket, context.clock().now()));
  std::vector<NotificationRule> rules;
  if (settings.contains("notifications")) rules = parse_notification_rules(settings.at("notifications"));
  if (rules.empty()) return store;
  const auto send = [&context, state = options.state](const std::string& queue,
                                                      const std::vector<std::string>& events) {
    send_events(context, state, queue, events);
  };
  const DeletionCause cause = access == Access::expire ? DeletionCause::lifecycle : DeletionCause::person;
  return notifying_store(std::move(store), std::move(rules), cause, context.clock(), send);
}

Error object_not_found(const ObjectPath& path) {
  return {ErrorKind::not_found,
          fmt::format("no object \"{}\" in R2 bucket {}", shown(path.key), shown(path.bucket))};
}

}  // namespace corral::r2
