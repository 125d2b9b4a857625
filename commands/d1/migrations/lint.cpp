#include "migrations/lint.hpp"

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/finding_text.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "migrations/schema_change.hpp"

namespace corral::d1 {

namespace {

using migrations::LintFinding;
using migrations::MigrationFile;

struct Options {
  DatabaseOptions target;
  bool pending = false;
  bool exit_code = false;
};

void run(const Options& options, Context& context) {
  MigrationProject project(context, options.target);
  Output& out = context.out();
  const migrations::MigrationStatus status = project.status();
  const std::unique_ptr<SqlDatabase> scratch = context.stores(options.target.state).d1().scratch();
  std::vector<MigrationFile> files;
  for (const migrations::MigrationEntry& entry : status.entries) {
    if (entry.path && !(options.pending && entry.is_applied()))
      files.push_back({.name = entry.name, .path = *entry.path});
  }
  if (options.pending) {
    migrations::copy_schema(project.opened(), project.folder().table, *scratch);
  }
  Json json = Json::array();
  bool any = false;
  migrations::lint(files, *scratch, [&](const LintFinding& finding) {
    any = true;
    if (out.json_requested()) {
      json.push_back(json_of(finding));
    } else {
      out.data(text_of(finding));
    }
  });
  if (out.json_requested()) out.data(json_text(json, 2) + "\n");
  if (!any) out.note(fmt::format("looked at {}: nothing to say", count_of_migrations(files.size())));
  if (any && options.exit_code) throw CheckFailed();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  add_flag(arguments, "--pending", options->pending,
           "Check only pending ones, against the database's schema");
  add_flag(arguments, "--exit-code", options->exit_code, "Exit with status 3 if something was found");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_lint() {
  return {.names = {"lint"},
          .summary = "Find mistakes and risks in migrations",
          .examples = {"corral d1 migrations lint my-db", "corral d1 migrations lint my-db --exit-code"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
