#include "backends/cloudflare/durable_objects.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::uint64_t objects_a_call = 1'000;

Error not_by_api(std::string_view what) {
  return {ErrorKind::unavailable, fmt::format("Cloudflare's API does not {} of Durable Objects", what),
          "leave --remote out to work on local state"};
}

/// Where the next page begins; empty: this was the last.
std::string cursor_of(const nlohmann::ordered_json& result_info) {
  std::string cursor = text_of(result_info, "cursor");
  if (!cursor.empty() || !result_info.is_object()) return cursor;
  return text_of(result_info.value("cursors", nlohmann::ordered_json()), "after");
}

}  // namespace

std::string AccountDurableObjects::base() {
  return session_->account_path() + "/workers/durable_objects/namespaces";
}

/// As the account has them, sorted; asked for once.
const std::vector<AccountDurableObjects::Namespace>& AccountDurableObjects::namespaces() {
  if (namespaces_) return *namespaces_;
  std::vector<Namespace>& all = namespaces_.emplace();
  for (const nlohmann::ordered_json& json : session_->api().all_pages(base())) {
    all.push_back({.of = {text_of(json, "script"), text_of(json, "class")},
                   .id = text_of(json, "id"),
                   .description = write_json(json)});
  }
  std::sort(all.begin(), all.end(), [](const Namespace& left, const Namespace& right) {
    return std::tie(left.of.script, left.of.name) < std::tie(right.of.script, right.of.name);
  });
  return all;
}

const AccountDurableObjects::Namespace& AccountDurableObjects::namespace_of(const DurableClass& of) {
  const std::vector<Namespace>& all = namespaces();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Namespace& one) { return one.of == of; });
  if (found != all.end()) return *found;
  throw Error(ErrorKind::not_found,
              fmt::format("account {} has no Durable Object class \"{}\" of script \"{}\"",
                          session_->account().id, shown(of.name), shown(of.script)),
              "'corral do namespace list --remote' shows those there are");
}

std::vector<DurableClass> AccountDurableObjects::stored_classes() {
  std::vector<DurableClass> classes;
  for (const Namespace& one : namespaces()) classes.push_back(one.of);
  return classes;
}

std::string AccountDurableObjects::description_of(const DurableClass& of) {
  return namespace_of(of).description;
}

bool AccountDurableObjects::is_stored(const DurableClass& of) {
  const std::vector<Namespace>& all = namespaces();
  return std::any_of(all.begin(), all.end(), [&](const Namespace& one) { return one.of == of; });
}

std::optional<std::string> AccountDurableObjects::list(
    const DurableClass& of, const DurableObjectRange& range,
    const std::function<void(std::span<const ListedObject> objects)>& take) {
  const std::string path = base() + "/" + http::path_segment(namespace_of(of).id) + "/objects";
  std::string cursor = range.cursor.value_or("");
  // Never more than are wanted, so that the cursor is that of the first one left out.
  for (std::uint64_t left = range.limit.value_or(UINT64_MAX); left > 0;) {
    Call call{.path = path, .query = {{"limit", std::to_string(std::min(left, objects_a_call))}}};
    if (!cursor.empty()) call.query.emplace_back("cursor", cursor);
    const Answer answer = session_->api().call(call);
    std::vector<ListedObject> objects;
    for (const nlohmann::ordered_json& json : answer.result) {
      std::string id = text_of(json, "id");
      if (id.starts_with(range.prefix)) objects.push_back({std::move(id), write_json(json)});
    }
    left -= std::min<std::uint64_t>(left, objects.size());
    if (!objects.empty()) take(objects);
    cursor = cursor_of(answer.result_info);
    if (cursor.empty()) return std::nullopt;
  }
  return cursor;
}

std::vector<std::string> AccountDurableObjects::ids(const DurableClass& of, std::string_view prefix) {
  std::vector<std::string> all;
  list(of, {.prefix = std::string(prefix)}, [&](std::span<const ListedObject> objects) {
    for (const ListedObject& object : objects) all.push_back(object.id);
  });
  return all;
}

DurableClassSize AccountDurableObjects::size_of(const DurableClass& /*of*/) {
  throw not_by_api("say the size");
}

std::string AccountDurableObjects::id_of(const DurableClass& /*of*/, std::string_view /*name*/) const {
  throw not_by_api("say the ids of names");
}

std::unique_ptr<DurableObject> AccountDurableObjects::open(const DurableClass& /*of*/,
                                                           std::string_view /*id*/,
                                                           std::optional<std::string> /*name*/) {
  throw not_by_api("give the content");
}

std::vector<DurableObjectFinding> AccountDurableObjects::look_into(const DurableClass& /*of*/,
                                                                   std::span<const std::string> /*ids*/) {
  throw not_by_api("give the content");
}

}  // namespace corral::cloudflare
