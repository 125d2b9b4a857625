#include <algorithm>
#include <memory>
#include <string>

#include "commands/command/context.hpp"
#include "commands/command/list_output.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::d1 {

namespace {

std::uint64_t bytes_of(const std::filesystem::path& file) {
  std::uint64_t bytes = 0;
  for (const char* const suffix : {"", "-wal"}) {
    std::error_code missing;
    const std::uintmax_t size = std::filesystem::file_size(file.native() + suffix, missing);
    if (!missing) bytes += size;
  }
  return bytes;
}

/// wrangler's fields (docs/reference/d1.md, "Others"), plus the file's path where there is one.
Json as_json(const Database& database, const std::filesystem::path& file) {
  Json json;
  json["uuid"] = database.id;
  json["name"] = database.name;
  json["version"] = "production";
  json["created_at"] = database.made_here ? Json(iso_time(database.made_here->created_at)) : Json(nullptr);
  json["binding"] = database.config != nullptr ? Json(database.config->binding) : Json(nullptr);
  json["file_size"] = bytes_of(file);
  json["file"] = file.native();
  return json;
}

void run(const StateOptions& state, Context& context) {
  Stores& stores = context.stores(state);
  Output& out = context.out();
  Json list = Json::array();
  Table table({{"name"}, {"id"}, {"binding"}, {"created"}, {"size", Table::Align::right}});
  std::vector<std::filesystem::path> unknown = stores.d1().stored_files();
  const auto add = [&](const Database& database, const std::filesystem::path& file) {
    list.push_back(as_json(database, file));
    table.add({database.name, database.id, database.config != nullptr ? database.config->binding : "",
               database.made_here ? readable_time(database.made_here->created_at) : "",
               readable_size(bytes_of(file))});
  };
  for (const Database& database : known_databases(context, state)) {
    if (!database.description.empty()) {
      const Json described = parse_json(database.description, "the description of a database");
      const auto* const size = described.find("file_size");
      const auto* const created = described.find("created_at");
      table.add(
          {database.name, database.id, database.config != nullptr ? database.config->binding : "",
           created != described.end() && created->is_string() ? created->get<std::string>() : "",
           size != described.end() && size->is_natural() ? readable_size(size->get<std::uint64_t>()) : ""});
      list.push_back(described);
      continue;
    }
    const std::filesystem::path file = stores.file_of(ResourceKind::d1_database, database.id);
    unknown.erase(std::remove(unknown.begin(), unknown.end(), file), unknown.end());
    add(database, file);
  }
  for (const std::filesystem::path& file : unknown) {
    Json json{{"uuid", nullptr}, {"name", nullptr}, {"file_size", bytes_of(file)}, {"file", file.native()}};
    list.push_back(std::move(json));
    table.add({"(not in the config)", "", "", "", readable_size(bytes_of(file))});
  }
  print_list(out, list, table, "no D1 databases here; make one with 'corral d1 create NAME'");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<StateOptions>();
  add_state_options(arguments, *options, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command list() {
  return {.names = {"list"},
          .summary = "List databases: created here, in the config, and on disk; or the account's",
          .examples = {"corral d1 list", "corral d1 list --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::d1
