#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/describe.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::durable_objects {

namespace {

void run(const ObjectOptions& options, Context& context) {
  const auto object = open_object(context, options, Access::read);
  const DurableObjectInfo info = object->info();
  const SqlDatabaseInfo sql = object->sql({.unrestricted = true})->info(true);
  Output& out = context.out();
  if (!out.for_person()) {
    Json json = info_as_json(object->id(), info);
    Json tables = Json::array();
    for (const SqlSchemaItem& item : sql.schema) {
      if (!item.rows || item.name == name_table) continue;
      tables.push_back(Json{{"name", item.name}, {"rows", *item.rows}, {"sql", item.sql}});
    }
    json["tables"] = std::move(tables);
    json["file"] = object->file().native();
    out.data(json_text(json, 2) + "\n");
    return;
  }
  FieldList fields;
  fields.add("id", object->id());
  fields.add_if_any("name", info.name.value_or(""));
  fields.add("class", options.of.name);
  fields.add("keys", std::to_string(info.keys));
  fields.add("size", readable_size(info.bytes));
  fields.add("alarm", info.alarm ? readable_time(millis_of(*info.alarm)) : "none");
  fields.add("file", object->file().native());
  for (const SqlSchemaItem& item : sql.schema) {
    if (!item.rows || item.name == name_table) continue;
    fields.add(fmt::format("table {}", item.name),
               fmt::format("{} {}", *item.rows, *item.rows == 1 ? "row" : "rows"));
  }
  fields.print(out);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<ObjectOptions>();
  add_object_options(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command info() {
  return {.names = {"info"},
          .summary = "Show an object: its name, keys, tables and rows, size, alarm, file",
          .examples = {"corral do info Counter --name alpha"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects
