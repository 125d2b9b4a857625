#include "backends/cloudflare/d1_databases.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/d1_analytics.hpp"
#include "backends/cloudflare/iso_time.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr UnixMillis kept_for = 30 * one_day;
constexpr UnixMillis longest_insights = 31 * one_day;

D1Database database_of(const Json& json) {
  return {.id = text_of(json, "uuid"), .name = text_of(json, "name"), .description = write_json(json)};
}

/// The name that wrangler gives the database of a binding with neither id nor name.
std::string automatic_name(const std::string& worker, std::string_view binding) {
  std::string name = worker + "-" + ascii_lower(binding);
  std::replace(name.begin() + static_cast<std::ptrdiff_t>(worker.size()), name.end(), '_', '-');
  return name;
}

}  // namespace

std::string AccountD1Databases::base() const {
  return session_->account_path() + "/d1/database";
}

std::string AccountD1Databases::path_of(std::string_view id) const {
  return base() + "/" + http::path_segment(id);
}

std::vector<D1Database> AccountD1Databases::list() {
  constexpr std::size_t page_size = 10;
  std::vector<D1Database> all;
  for (int page = 1;; ++page) {
    const Json result =
        session_->api()
            .call({.path = base(),
                   .query = {{"per_page", std::to_string(page_size)}, {"page", std::to_string(page)}}})
            .result;
    if (!result.is_array()) return all;
    for (const Json& json : result) all.push_back(database_of(json));
    if (result.size() < page_size) return all;
  }
}

std::optional<D1Database> AccountD1Databases::find(std::string_view name_or_id) {
  try {
    return database_of(
        session_->api().call({.path = path_of(name_or_id), .query = {{"fields", "uuid,name"}}}).result);
  } catch (const ApiError& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
}

std::string AccountD1Databases::id_of_binding(const D1Binding& binding) {
  if (binding.preview) {
    if (binding.preview_id) return *binding.preview_id;
    throw Error(ErrorKind::usage,
                fmt::format("the binding \"{}\" has no preview_database_id", shown(binding.binding)),
                "add one to its entry in d1_databases, or leave --preview out");
  }
  if (binding.asked_id) return *binding.asked_id;
  if (binding.id) return *binding.id;
  const std::string name =
      binding.name.value_or(binding.worker ? automatic_name(*binding.worker, binding.binding) : "");
  if (name.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("the binding \"{}\" has neither an id nor a name", shown(binding.binding)),
                "add its database_id to the config; 'corral d1 list --remote' shows the ids");
  }
  if (auto found = find(name)) return found->id;
  throw Error(ErrorKind::not_found, fmt::format("no D1 database \"{}\"{}", shown(name), owner()),
              fmt::format("make it with 'corral d1 create {} --remote'", shown(name)));
}

D1Database AccountD1Databases::create(const NewD1Database& wanted) {
  Json body{{"name", wanted.name}};
  if (wanted.location) body["primary_location_hint"] = *wanted.location;
  if (wanted.jurisdiction) body["jurisdiction"] = *wanted.jurisdiction;
  try {
    D1Database made = database_of(
        session_->api().call({.method = "POST", .path = base(), .body = write_json(body)}).result);
    if (!made.id.empty()) return made;
  } catch (const ApiError& error) {
    if (error.code() != code::d1_name_taken) throw;
    throw Error(ErrorKind::conflict,
                fmt::format("the account has a D1 database \"{}\" already", shown(wanted.name)),
                "choose another name; 'corral d1 list --remote' shows those there are");
  }
  throw Error(ErrorKind::unavailable,
              fmt::format("the D1 database \"{}\" was created, but Cloudflare's API did not say its id",
                          shown(wanted.name)),
              "'corral d1 list --remote' shows it");
}

bool AccountD1Databases::remove(std::string_view id) {
  session_->api().call({.method = "DELETE", .path = path_of(id)});
  return true;
}

std::string AccountD1Databases::description(std::string_view id, UnixMillis now) {
  const Json found = session_->api().call({.path = path_of(id)}).result;
  Json json = Json::object();
  for (const auto& [name, value] : found.items()) {
    if (name != "version" && name != "file_size") json[name] = value;
  }
  if (found.is_object() && found.contains("file_size")) json["database_size"] = found["file_size"];
  json.update(d1_usage(*session_, id, now - one_day, now));
  return write_json(json);
}

std::vector<D1QueryCost> AccountD1Databases::insights(const D1InsightsRequest& request) {
  if (request.to - request.from > longest_insights)
    throw Error(ErrorKind::usage, "--time-period is too long: insights reach back 31 days");
  return d1_query_costs(*session_, request);
}

void AccountD1Databases::check_kept(std::string_view id) {
  const Json found = session_->api().call({.path = path_of(id)}).result;
  if (text_of(found, "version") != "alpha") return;
  throw Error(
      ErrorKind::denied,
      fmt::format("D1 keeps no past of \"{}\", a database of its alpha", shown(text_of(found, "name"))),
      "export it, and import it into a new database");
}

std::string AccountD1Databases::bookmark(std::string_view id, std::optional<UnixMillis> moment) {
  Call call{.path = path_of(id) + "/time_travel/bookmark"};
  if (moment) {
    if (*moment < session_->clock().now() - kept_for)
      throw Error(ErrorKind::usage, fmt::format("{} is too long ago", iso_time(*moment)),
                  "D1 keeps the last 30 days");
    call.query.emplace_back("timestamp", iso_time(*moment));
  }
  std::string found = text_of(session_->api().call(call).result, "bookmark");
  if (found.empty()) throw Error(ErrorKind::unavailable, "Cloudflare's API named no bookmark");
  return found;
}

std::string AccountD1Databases::restore(std::string_view id, std::string_view bookmark) {
  return write_json(session_->api()
                        .call({.method = "POST",
                               .path = path_of(id) + "/time_travel/restore",
                               .query = {{"bookmark", std::string(bookmark)}}})
                        .result);
}

std::string AccountD1Databases::owner() {
  return " of account " + session_->account().id;
}

}  // namespace corral::cloudflare
