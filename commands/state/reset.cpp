#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/state/commands.hpp"
#include "commands/state/known_resources.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

struct Options {
  StateOptions state;
  std::vector<std::string> names;
  bool kv = false;
  bool d1 = false;
  bool r2 = false;
  bool queues = false;
  bool durable_objects = false;
  bool force = false;

  [[nodiscard]] bool wants(std::string_view service) const {
    if (!kv && !d1 && !r2 && !queues && !durable_objects) return true;
    return (kv && service == "kv") || (d1 && service == "d1") || (r2 && service == "r2") ||
           (queues && service == "queues") || (durable_objects && service == "do");
  }
};

std::vector<KnownResource> chosen(const Options& options, Context& context) {
  std::vector<KnownResource> all = stored_resources(context, options.state);
  std::erase_if(all, [&](const KnownResource& one) { return !options.wants(one.service); });
  if (options.names.empty()) return all;
  for (const std::string& name : options.names) {
    const bool any =
        std::any_of(all.begin(), all.end(), [&](const KnownResource& one) { return one.goes_by(name); });
    if (!any) {
      throw Error(ErrorKind::not_found, fmt::format("nothing named \"{}\" holds data", shown(name)),
                  hint_of_environments(
                      context, [&](const Project& other) { return has_name(other, name); },
                      "'corral state info' shows what does"));
    }
  }
  std::erase_if(all, [&](const KnownResource& one) {
    return std::none_of(options.names.begin(), options.names.end(),
                        [&](const std::string& name) { return one.goes_by(name); });
  });
  return all;
}

void empty_database(const Options& options, Context& context, const KnownResource& resource) {
  Stores& stores = context.stores(options.state);
  bool can_be_undone = false;
  if (!resource.id.empty()) {
    d1::Database database;
    database.id = resource.id;
    database.name = resource.names.front();
    database.made_here = stores.registry().find_id(ResourceKind::d1_database, resource.id);
    can_be_undone = d1::bookmark_before(context, options.state, database, "state reset").has_value();
  }
  stores.care().empty(resource.file);
  if (resource.id.empty()) return;
  if (!can_be_undone) stores.migration_records().forget(resource.id);
  if (InsightLog* const log = stores.insights()) log->forget(resource.id);
}

void empty(const Options& options, Context& context, const KnownResource& resource) {
  Stores& stores = context.stores(options.state);
  if (resource.service == "d1") {
    empty_database(options, context, resource);
  } else if (resource.service == "kv" && !resource.id.empty()) {
    for (const auto& [name, backend] : stores.kv_backends()) backend->drop(resource.id);
  } else if (resource.service == "r2" && !resource.id.empty()) {
    stores.r2().drop(resource.id);
  } else if (resource.service == "queues") {
    stores.queues().drop(resource.id);
  } else {
    // A Durable Object; or a namespace or bucket whose name is no longer known: its data is then garbage.
    stores.care().empty(resource.file);
  }
}

void run(const Options& options, Context& context) {
  const std::vector<KnownResource> resources = chosen(options, context);
  std::string names;
  constexpr std::size_t shown_names = 8;
  for (std::size_t i = 0; i < std::min(resources.size(), shown_names); ++i) {
    names +=
        fmt::format("{}{} {}", i == 0 ? "" : ", ", resources[i].service, shown(resources[i].names.front()));
  }
  if (resources.size() > shown_names) names += ", ...";
  if (!resources.empty()) {
    confirm(context,
            fmt::format("Remove everything in {} resource{} ({})?", resources.size(),
                        resources.size() == 1 ? "" : "s", names),
            "--force (-y)", options.force);
  }
  for (const KnownResource& resource : resources) {
    context.check_interrupt();
    empty(options, context, resource);
  }
  Output& out = context.out();
  if (out.for_person()) {
    out.note(resources.empty() ? "there was nothing to remove" : fmt::format("emptied {}", names));
    return;
  }
  Json json = Json::array();
  for (const KnownResource& resource : resources)
    json.push_back({{"service", resource.service}, {"name", resource.names.front()}});
  out.data(json_text(json, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_texts(arguments, "names", options->names, "Only these: names, bindings or ids");
  add_state_options(arguments, options->state);
  add_flag(arguments, "--kv", options->kv, "Only KV namespaces");
  add_flag(arguments, "--d1", options->d1, "Only D1 databases");
  add_flag(arguments, "--r2", options->r2, "Only R2 buckets");
  add_flag(arguments, "--queues", options->queues, "Only queues");
  add_flag(arguments, "--do", options->durable_objects, "Only Durable Objects");
  add_flag(arguments, "--force,-y", options->force, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

std::vector<std::string> names_of_resources(Context& context, const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  std::vector<std::string> names;
  for (const KnownResource& resource : stored_resources(context, state)) {
    if (resource.names.front().starts_with(request.prefix)) names.push_back(resource.names.front());
  }
  return names;
}

}  // namespace

Command reset() {
  return {.names = {"reset"},
          .summary = "Delete all data, or that of some resources; their names stay registered",
          .examples = {"corral state reset --kv --force", "corral state reset my-db -y"},
          .declare = declare,
          .live_values = {{"names", names_of_resources}}};
}

}  // namespace corral::state
