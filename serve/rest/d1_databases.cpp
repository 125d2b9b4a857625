#include "backends/d1_databases.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bookmark_store.hpp"
#include "backends/bytes/text.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "serve/rest/d1.hpp"
#include "serve/rest/fields.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t usual_page = 100;
constexpr std::int64_t largest_page = 10'000;

Json described(const Call& call, const d1::Database& database) {
  const SqlDatabaseInfo info = call.stores().d1().open(database.id, {})->info(false);
  const auto is_table = [](const SqlSchemaItem& item) {
    return item.type == "table" || item.type == "virtual";
  };
  Json json;
  json["uuid"] = database.id;
  json["name"] = database.name;
  json["version"] = "production";
  json["created_at"] = database.made_here ? Json(iso_time(database.made_here->created_at)) : Json(nullptr);
  json["num_tables"] = std::count_if(info.schema.begin(), info.schema.end(), is_table);
  json["file_size"] = info.page_size * info.pages;
  return json;
}

/// The mode is kept, and changes nothing: there is one file.
std::string replication_mode(const Call& call, const d1::Database& database) {
  const auto resource = call.stores().registry().find_id(ResourceKind::d1_database, database.id);
  const auto settings = resource ? json_if_valid(resource->settings) : std::nullopt;
  if (!settings || !settings->contains("read_replication")) return "disabled";
  return settings->at("read_replication").value("mode", std::string("disabled"));
}

void keep_replication_mode(const Call& call, const d1::Database& database, const std::string& mode) {
  const auto with_mode = [&](const std::string& text) {
    Json settings = json_if_valid(text).value_or(Json::object());
    settings["read_replication"] = {{"mode", mode}};
    return json_text(settings, 0);
  };
  Registry& registry = call.stores().registry();
  if (registry.find_id(ResourceKind::d1_database, database.id)) {
    registry.edit_settings(ResourceKind::d1_database, database.id, with_mode);
  } else {
    // Until now, only the config knew of it.
    registry.add({.kind = ResourceKind::d1_database,
                  .id = database.id,
                  .name = database.name,
                  .created_at = call.now(),
                  .settings = with_mode("{}")});
  }
}

Json described_whole(const Call& call, const d1::Database& database) {
  Json json = described(call, database);
  json["running_in_region"] = "LOCAL";
  json["created_in_region"] = "LOCAL";
  json["read_replication"] = {{"mode", replication_mode(call, database)}};
  json["jurisdiction"] = nullptr;
  return json;
}

Response list(Call& call) {
  const NumberedPage page(call, usual_page, largest_page, code::d1_bad_request);
  std::vector<d1::Database> all = d1::known_databases(call.context, Call::state);
  if (const auto name = call.parameter("name"))
    std::erase_if(all, [&](const d1::Database& one) { return one.name.find(*name) == std::string::npos; });
  return page_of(page, all, [&](const d1::Database& one) { return described(call, one); });
}

Response create(Call& call) {
  const Json body = call.json(code::d1_bad_request);
  const Fields fields(body, code::d1_bad_request);
  const NewD1Database wanted{.name = fields.text("name"),
                             .location = fields.text_if_any("primary_location_hint"),
                             .jurisdiction = fields.text_if_any("jurisdiction")};
  try {
    const D1Database made = call.stores().d1_databases().create(wanted);
    d1::Database database;
    database.id = made.id;
    database.name = made.name;
    database.made_here = made.registered;
    return success(described_whole(call, database));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(400, code::d1_name_taken,
                  fmt::format("there is a database with the name \"{}\"", shown(wanted.name)));
  }
}

Response get(Call& call) {
  const Json whole = described_whole(call, find_database(call));
  const auto fields = call.parameter("fields");
  if (!fields) return success(whole);
  Json some = Json::object();
  const std::string wanted = "," + *fields + ",";
  for (const auto& [name, value] : whole.items()) {
    if (wanted.find("," + name + ",") != std::string::npos) some.append(name, value);
  }
  return success(some);
}

enum class Setting { required, optional };

Response change(Call& call, Setting setting) {
  const d1::Database database = find_database(call);
  const Json body = call.json(code::d1_bad_request);
  const Fields fields(body, code::d1_bad_request);
  if (const Json* const replication = fields.object("read_replication")) {
    const std::string mode = Fields(*replication, code::d1_bad_request).text("mode");
    if (mode != "auto" && mode != "disabled")
      fields.refuse("read_replication.mode", "must be \"auto\" or \"disabled\"");
    keep_replication_mode(call, database, mode);
  } else if (setting == Setting::required) {
    fields.refuse("read_replication", "is missing");
  }
  return success(described_whole(call, find_database(call)));
}

Response replace(Call& call) {
  return change(call, Setting::required);
}

Response update(Call& call) {
  return change(call, Setting::optional);
}

/// As `corral d1 delete`: a bookmark can bring the database back.
Response remove(Call& call) {
  const d1::Database database = find_database(call);
  Stores& stores = call.stores();
  const auto bookmark = d1::require_bookmark_before(call.context, Call::state, database, "d1 delete");
  stores.d1_databases().remove(database.id);
  if (!bookmark) stores.migration_records().forget(database.id);
  return success(nullptr);
}

constexpr std::array routes = {
    Route{"d1.databases.list", "GET", "accounts/:account/d1/database", list},
    Route{"d1.databases.create", "POST", "accounts/:account/d1/database", create},
    Route{"d1.databases.get", "GET", "accounts/:account/d1/database/:database", get},
    Route{"d1.databases.replace", "PUT", "accounts/:account/d1/database/:database", replace},
    Route{"d1.databases.update", "PATCH", "accounts/:account/d1/database/:database", update},
    Route{"d1.databases.delete", "DELETE", "accounts/:account/d1/database/:database", remove},
};

}  // namespace

std::span<const Route> d1_database_routes() {
  return routes;
}

d1::Database find_database(const Call& call) {
  const std::string& name = call["database"];
  try {
    d1::Database database = d1::find_database(call.context, {.name = name, .state = Call::state});
    if (!database.made_here) {
      // One of the config may have been created here, too.
      if (auto found = call.stores().d1_databases().find(database.id))
        database.made_here = std::move(found->registered);
    }
    return database;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    throw Refusal(404, code::d1_no_such_database, fmt::format("there is no database {}", shown(name)));
  }
}

}  // namespace corral::serve::rest
