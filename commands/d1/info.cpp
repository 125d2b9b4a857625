#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/d1_databases.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::d1 {

namespace {

/// The migration progress of a database.
struct MigrationCounts {
  std::size_t applied = 0;
  std::size_t pending = 0;  ///< files not in the migrations table
  bool has_folder = false;
};

MigrationCounts count_migrations(Context& context, const Database& database, SqlDatabase& opened) {
  const migrations::MigrationFolder folder = migration_folder_of(context, database);
  const std::vector<migrations::AppliedMigration> applied =
      migrations::History(opened, folder.table).applied();
  MigrationCounts counts{.applied = applied.size()};
  std::error_code missing;
  counts.has_folder = std::filesystem::is_directory(folder.folder, missing);
  if (!counts.has_folder) return counts;
  const migrations::MigrationStatus status =
      migrations::make_status(migrations::find_migrations(folder), applied, {});
  for (const migrations::MigrationEntry& entry : status.entries) {
    if (!entry.is_applied()) ++counts.pending;
  }
  return counts;
}

bool is_table(const SqlSchemaItem& item) {
  return item.type == "table" || item.type == "virtual";
}

Json as_json(const Database& database, const SqlDatabaseInfo& info, const MigrationCounts& migrations,
             const std::string& file) {
  Json json;
  json["uuid"] = database.id;
  json["name"] = database.name;
  json["created_at"] = database.made_here ? Json(iso_time(database.made_here->created_at)) : Json(nullptr);
  json["binding"] = database.config != nullptr ? Json(database.config->binding) : Json(nullptr);
  json["num_tables"] = std::count_if(info.schema.begin(), info.schema.end(), is_table);
  json["database_size"] = info.page_size * info.pages;
  json["file_size"] = info.file_bytes;
  json["page_size"] = info.page_size;
  json["page_count"] = info.pages;
  json["freelist_count"] = info.free_pages;
  json["sqlite_version"] = info.sqlite_version;
  json["migrations"] = {{"applied", migrations.applied}, {"pending", migrations.pending}};
  json["file"] = file;
  json["schema"] = Json::array();
  for (const SqlSchemaItem& item : info.schema) {
    Json one;
    one["type"] = item.type;
    one["name"] = item.name;
    if (item.table != item.name) one["table"] = item.table;
    if (item.rows) one["rows"] = *item.rows;
    json["schema"].push_back(std::move(one));
  }
  return json;
}

void print_for_person(const Database& database, const SqlDatabaseInfo& info,
                      const MigrationCounts& migrations, const std::string& file, Output& out) {
  FieldList fields;
  fields.add("name", database.name);
  fields.add("id", database.id);
  if (database.config != nullptr) fields.add("binding", database.config->binding);
  if (database.made_here) fields.add("created", readable_time(database.made_here->created_at) + " UTC");
  fields.add("file", file + (info.file_bytes == 0 ? " (not there yet)" : ""));
  fields.add("size", fmt::format("{} on disk, {} pages of {} bytes, {} free", readable_size(info.file_bytes),
                                 info.pages, info.page_size, info.free_pages));
  fields.add("SQLite", info.sqlite_version);
  fields.add("migrations", migrations.has_folder
                               ? fmt::format("{} applied, {} pending", migrations.applied, migrations.pending)
                               : fmt::format("{} applied, no folder of migrations", migrations.applied));
  fields.print(out);
  if (info.schema.empty()) return;
  Table table({{"name"}, {"type"}, {"on"}, {"rows", Table::Align::right}});
  for (const SqlSchemaItem& item : info.schema) {
    table.add({item.name, item.type, item.table == item.name ? "" : item.table,
               item.rows ? std::to_string(*item.rows) : ""});
  }
  out.data("\n");
  table.print(out);
}

/// What a service says of its database.
void print(const Json& description, Output& out) {
  if (!out.for_person()) {
    out.data(json_text(description, 2) + "\n");
    return;
  }
  FieldList fields;
  for (const auto& [name, value] : description.items()) {
    if (value.is_null()) continue;
    const bool is_size = name == "database_size" && value.is_natural();
    fields.add(name, is_size                   ? readable_size(value.get<std::uint64_t>())
                     : value.text() != nullptr ? *value.text()
                                               : json_text(value, 0));
  }
  fields.print(out);
}

void run(const DatabaseOptions& options, Context& context) {
  const Database database = find_database(context, options);
  const std::string description =
      context.stores(options.state).d1_databases().description(database.id, context.clock().now());
  if (!description.empty()) {
    print(parse_json(description, "the description of a database"), context.out());
    return;
  }
  const std::unique_ptr<SqlDatabase> opened =
      context.stores(options.state).d1().open(database.id, {.unrestricted = true});
  const SqlDatabaseInfo info = opened->info(true);
  const MigrationCounts migrations = count_migrations(context, database, *opened);
  const std::string file = opened->file().native();
  if (context.out().for_person()) {
    print_for_person(database, info, migrations, file, context.out());
  } else {
    context.out().data(json_text(as_json(database, info, migrations, file), 2) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<DatabaseOptions>();
  add_database_options(arguments, *options, "name", Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command info() {
  return {.names = {"info"},
          .silent_names = {"get"},
          .summary =
              "Show the tables, rows, size and migrations of a database; or its size and use at Cloudflare",
          .examples = {"corral d1 info my-db", "corral d1 info my-db --json"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
