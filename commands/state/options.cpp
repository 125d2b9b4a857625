#include "commands/state/options.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::state {

void add_only(Arguments& arguments, std::optional<std::string>& only, const std::string& description) {
  value_name(add_text(arguments, "--only", only, description + ": kv, d1, r2, queues, do"), "LIST");
}

std::vector<StateService> chosen_services(const std::optional<std::string>& only) {
  if (!only) return {state_services.begin(), state_services.end()};
  std::vector<StateService> named;
  for (std::size_t at = 0; at <= only->size();) {
    const std::size_t comma = std::min(only->find(',', at), only->size());
    const std::string word = only->substr(at, comma - at);
    const auto service = state_service_of(word);
    if (!service) {
      throw Error(ErrorKind::usage,
                  fmt::format("--only names \"{}\"; there are kv, d1, r2, queues and do", shown(word)));
    }
    named.push_back(*service);
    at = comma + 1;
  }
  std::vector<StateService> services;
  for (const StateService service : state_services) {
    if (std::find(named.begin(), named.end(), service) != named.end()) services.push_back(service);
  }
  return services;
}

std::string words_of(const std::vector<StateService>& services) {
  std::vector<std::string_view> names;
  names.reserve(services.size());
  for (const StateService service : services) names.push_back(name_of(service));
  return fmt::format("{}", fmt::join(names, ", "));
}

void add_snapshot_choice(Arguments& arguments, SnapshotChoice& choice) {
  value_name(required(add_text(arguments, "name", choice.name, "The snapshot")), "NAME");
  add_flag(arguments, "--force,-y", choice.force, "Do not ask");
  add_state_options(arguments, choice.state);
}

void confirm_for_snapshot(Context& context, const SnapshotChoice& choice, std::string_view question) {
  const std::vector<SnapshotInfo> all = context.stores(choice.state).snapshots().list();
  const bool known =
      std::any_of(all.begin(), all.end(), [&](const SnapshotInfo& one) { return one.name == choice.name; });
  if (known) confirm(context, question, "--force (-y)", choice.force);
}

std::string json_of(const SnapshotInfo& snapshot, int indent, int depth) {
  Json json;
  json["name"] = snapshot.name;
  if (!snapshot.problem.empty()) {
    json["problem"] = snapshot.problem;
    return json_text(json, indent, depth);
  }
  json["created_at"] = iso_time(snapshot.created_at);
  json["services"] = Json::array();
  for (const StateService service : snapshot.services) json["services"].push_back(name_of(service));
  json["databases"] = snapshot.databases;
  json["values"] = snapshot.values;
  json["bytes"] = snapshot.bytes;
  return json_text(json, indent, depth);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string summary_of(const SnapshotInfo& snapshot) {
  return fmt::format("{}, {}, {}", counted(snapshot.databases, "database", "databases"),
                     counted(snapshot.values, "value", "values"), readable_size(snapshot.bytes));
}

}  // namespace corral::state
