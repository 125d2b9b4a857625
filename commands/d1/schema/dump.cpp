#include <memory>
#include <string>
#include <vector>

#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/schema/source.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "migrations/schema_change.hpp"

namespace corral::d1 {

namespace {

void run(const DatabaseOptions& options, Context& context) {
  const migrations::Schema schema = schema_of(context, options.state, options.name);
  Output& out = context.out();
  if (out.json_requested()) {
    Json json = Json::array();
    for (const auto& [key, item] : schema)
      json.push_back({{"type", item.type}, {"name", item.name}, {"table", item.table}, {"sql", item.sql}});
    out.data(json_text(json, 2) + "\n");
    return;
  }
  for (const std::string& statement : migrations::schema_statements(schema)) out.data(statement + ";\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<DatabaseOptions>();
  add_database_options(arguments, *options, "database", Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command schema_dump() {
  return {.names = {"dump"},
          .summary = "Print the SQL of a schema in a stable order, for version control",
          .examples = {"corral d1 schema dump my-db > schema.sql", "corral d1 schema dump ./migrations"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
