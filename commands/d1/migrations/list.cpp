#include <memory>
#include <string>

#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/d1/migrations/status_printer.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  bool all = false;
  bool exit_code = false;
};

void print_pending(const migrations::MigrationStatus& status, Output& out) {
  std::vector<std::string> names;
  for (const migrations::MigrationEntry& entry : status.entries) {
    if (!entry.is_applied()) names.push_back(entry.name);
  }
  if (names.empty()) out.note("no migration is pending");
  if (!out.for_person()) {
    Json json = Json::array();
    for (const std::string& name : names) json.push_back({{"name", name}});
    out.data(json_text(json, 2) + "\n");
  } else if (!names.empty()) {
    Table table({{"pending"}});
    for (const std::string& name : names) table.add({name});
    table.print(out);
  }
}

void run(const Options& options, Context& context) {
  MigrationProject project(context, options.target);
  const migrations::MigrationStatus status = project.status();
  warn_of(status, context.out());
  if (options.all) {
    print_status(status, context.out());
  } else {
    print_pending(status, context.out());
  }
  if (options.exit_code && needs_attention(status)) throw CheckFailed();
}

Run declare_list(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  add_flag(arguments, "--all", options->all, "Include applied ones, as 'status' does");
  add_preview_option(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

Run declare_status(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  options->all = true;
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  add_flag(arguments, "--exit-code", options->exit_code,
           "Exit with status 3 if any is pending, changed, missing or out of order");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_list() {
  return {.names = {"list"},
          .summary = "List the migrations that are not yet applied",
          .examples = {"corral d1 migrations list my-db", "corral d1 migrations list my-db --all --json"},
          .declare = declare_list,
          .reads_only = true,
          .live_values = database_values()};
}

Command migrations_status() {
  return {.names = {"status"},
          .summary = "Show every migration: applied, pending, changed, missing or out of order",
          .examples = {"corral d1 migrations status my-db", "corral d1 migrations status my-db --exit-code"},
          .declare = declare_status,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
