#include "migrations/lint.hpp"

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/d1/commands.hpp"
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

Json as_json(const LintFinding& finding) {
  return {{"file", finding.file},
          {"line", finding.place.line},
          {"column", finding.place.column},
          {"statement", finding.place.number},
          {"severity", finding.is_error ? "error" : "warning"},
          {"rule", finding.rule},
          {"message", finding.message},
          {"advice", finding.advice}};
}

void print(const LintFinding& finding, Output& out) {
  out.data(fmt::format("{}:{}:{}: {}: {} [{}]\n", shown(finding.file), finding.place.line,
                       finding.place.column, finding.is_error ? "error" : "warning", shown(finding.message),
                       finding.rule));
  if (!finding.advice.empty()) out.data(fmt::format("  {}\n", shown(finding.advice)));
}

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
      json.push_back(as_json(finding));
    } else {
      print(finding, out);
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
