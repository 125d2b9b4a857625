#include "backends/cloudflare/kv_namespaces.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

KvNamespace namespace_of(const nlohmann::ordered_json& json) {
  return {.id = text_of(json, "id"), .title = text_of(json, "title"), .description = write_json(json)};
}

Error taken(std::string_view title) {
  return {ErrorKind::conflict, fmt::format("the account has a KV namespace \"{}\" already", shown(title)),
          "choose another name; 'corral kv namespace list --remote' shows those there are"};
}

}  // namespace

std::string AccountKvNamespaces::base() const {
  return session_->account_path() + "/storage/kv/namespaces";
}

std::string AccountKvNamespaces::path_of(std::string_view id) const {
  return base() + "/" + http::path_segment(id);
}

std::vector<KvNamespace> AccountKvNamespaces::list() {
  std::vector<KvNamespace> all;
  // The API may make its pages smaller than it was asked to, so only an empty one is the end.
  for (int page = 1;; ++page) {
    Call call{.path = base(), .query = {{"per_page", "1000"}, {"order", "title"}, {"direction", "asc"}}};
    if (page > 1) call.query.emplace_back("page", std::to_string(page));
    const nlohmann::ordered_json result = session_->api().call(call).result;
    if (!result.is_array() || result.empty()) return all;
    for (const nlohmann::ordered_json& json : result) all.push_back(namespace_of(json));
  }
}

std::optional<KvNamespace> AccountKvNamespaces::find_title(std::string_view title) {
  std::vector<KvNamespace> all = list();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const KvNamespace& one) { return one.title == title; });
  if (found == all.end()) return std::nullopt;
  return std::move(*found);
}

std::optional<KvNamespace> AccountKvNamespaces::find_id(std::string_view id) {
  try {
    return namespace_of(session_->api().call({.path = path_of(id)}).result);
  } catch (const ApiError& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
}

KvNamespace AccountKvNamespaces::create(const NewKvNamespace& wanted) {
  nlohmann::ordered_json body{{"title", wanted.title}};
  if (wanted.jurisdiction) body["jurisdiction"] = *wanted.jurisdiction;
  if (wanted.mode) body["mode"] = *wanted.mode;
  try {
    KvNamespace made = namespace_of(
        session_->api().call({.method = "POST", .path = base(), .body = write_json(body)}).result);
    if (!made.id.empty()) return made;
  } catch (const ApiError& error) {
    if (error.code() == code::kv_title_taken) throw taken(wanted.title);
    throw;
  }
  throw Error(ErrorKind::unavailable,
              fmt::format("the KV namespace \"{}\" was created, but Cloudflare's API did not say its id",
                          shown(wanted.title)),
              "'corral kv namespace list --remote' shows it");
}

void AccountKvNamespaces::rename(std::string_view id, std::string_view new_title) {
  const nlohmann::ordered_json body{{"title", new_title}};
  try {
    session_->api().call(
        {.method = "PUT", .path = path_of(id), .body = write_json(body), .repeatable = true});
  } catch (const ApiError& error) {
    if (error.code() == code::kv_title_taken) throw taken(new_title);
    throw;
  }
}

std::optional<std::uint64_t> AccountKvNamespaces::remove(std::string_view id) {
  session_->api().call({.method = "DELETE", .path = path_of(id)});
  return std::nullopt;
}

std::string AccountKvNamespaces::id_of_binding(const std::optional<std::string>& worker,
                                               std::string_view binding) {
  const auto missing = [&](std::string_view reason) {
    return Error(
        ErrorKind::not_found,
        fmt::format("the binding \"{}\" has no id in the config, and {}", shown(binding), reason),
        "add the id of its namespace to the config; 'corral kv namespace list --remote' shows the ids");
  };
  if (!worker) throw missing("the config has no name of a Worker that could have it");
  nlohmann::ordered_json settings;
  try {
    settings = session_->api()
                   .call({.path = fmt::format("{}/workers/scripts/{}/settings", session_->account_path(),
                                              http::path_segment(*worker))})
                   .result;
  } catch (const ApiError& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    throw missing(fmt::format("the Worker \"{}\" is not deployed", shown(*worker)));
  }
  const nlohmann::ordered_json bindings = settings.is_object()
                                              ? settings.value("bindings", nlohmann::ordered_json::array())
                                              : nlohmann::ordered_json::array();
  for (const nlohmann::ordered_json& one : bindings) {
    if (text_of(one, "type") == "kv_namespace" && text_of(one, "name") == binding)
      return text_of(one, "namespace_id");
  }
  throw missing(fmt::format("the deployed Worker \"{}\" does not have it", shown(*worker)));
}

std::string AccountKvNamespaces::owner() {
  return " of account " + session_->account().id;
}

}  // namespace corral::cloudflare
