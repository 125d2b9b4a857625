#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/schema/source.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "migrations/schema_change.hpp"

namespace corral::d1 {

namespace {

struct Options {
  StateOptions state;
  std::string from;
  std::string to;
  bool exit_code = false;
};

void run(const Options& options, Context& context) {
  const migrations::Schema from = schema_of(context, options.state, options.from);
  const migrations::Schema to = schema_of(context, options.state, options.to);
  SqlBackend& backend = context.stores(options.state).d1();
  const migrations::SchemaChange change =
      migrations::schema_change(from, to, [&backend] { return backend.scratch(); });
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(
        json_text(
            {{"statements", change.statements}, {"rebuilt", change.rebuilt}, {"proved", change.is_proved}},
            2) +
        "\n");
  } else {
    for (const std::string& statement : change.statements) out.data(statement + ";\n");
  }
  if (change.statements.empty()) out.note("the schemas are the same");
  for (const std::string& table : change.rebuilt) {
    out.warning(
        fmt::format("\"{}\" has to be recreated; rows that refer to it with ON DELETE would follow the DROP",
                    shown(table)));
  }
  if (!change.is_proved)
    out.warning("these statements do not lead to the second schema exactly; look at them first");
  if (!change.statements.empty() && options.exit_code) throw CheckFailed();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(
      value_name(add_text(arguments, "from", options->from, "A database, or a folder of migrations"), "A"));
  required(value_name(add_text(arguments, "to", options->to, "A database, or a folder of migrations"), "B"));
  add_flag(arguments, "--exit-code", options->exit_code, "Exit with status 3 if they differ");
  add_state_options(arguments, options->state, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command schema_diff() {
  return {.names = {"diff"},
          .summary = "Print the SQL that turns one schema into another",
          .examples = {"corral d1 schema diff my-db ./migrations",
                       "corral d1 schema diff my-db ./migrations --exit-code"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::d1
