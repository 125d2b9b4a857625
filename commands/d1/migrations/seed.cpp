#include "migrations/seed.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

namespace fs = std::filesystem;
using migrations::MigrationFile;

struct Options {
  DatabaseOptions target;
  std::vector<std::string> files;
  bool reset = false;
  bool yes = false;
};

std::vector<MigrationFile> seed_files(const Options& options, Context& context) {
  std::vector<MigrationFile> files;
  for (const std::string& file : options.files) files.push_back({.name = file, .path = file});
  if (!files.empty()) return files;
  const fs::path folder = context.project().folder() / "seeds";
  std::error_code missing;
  if (fs::is_directory(folder, missing)) files = migrations::find_migrations({.folder = folder});
  if (files.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no seeds/*.sql in {}", shown(context.project().folder().native())),
                "write one, or name the files to run");
  }
  for (MigrationFile& file : files) file.name = "seeds/" + file.name;
  return files;
}

void run(const Options& options, Context& context) {
  MigrationProject project(context, options.target);
  const std::vector<MigrationFile> files = seed_files(options, context);
  if (options.reset) {
    confirm(context, fmt::format("Delete all rows of \"{}\" first?", shown(project.database().name)),
            "--yes (-y)", options.yes);
  }
  bookmark_before(context, options.target.state, project.database(), "d1 migrations seed");
  project.open_for_writing();
  const std::vector<migrations::FinishedFile> done =
      migrations::seed(project.run(""), files, options.reset, project.folder().table);
  std::uint64_t statements = 0;
  for (const migrations::FinishedFile& file : done) statements += file.statements;
  Output& out = context.out();
  out.note(fmt::format("seeded \"{}\" from {} file{} ({} statement{})", shown(project.database().name),
                       done.size(), done.size() == 1 ? "" : "s", statements, statements == 1 ? "" : "s"));
  if (!out.json_requested()) return;
  Json json = Json::array();
  for (const migrations::FinishedFile& file : done)
    json.push_back({{"file", file.name}, {"statements", file.statements}});
  out.data(json_text(json, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database");
  value_name(add_texts(arguments, "file", options->files, "SQL files (default: seeds/*.sql)"), "FILE");
  add_flag(arguments, "--reset", options->reset, "First delete all rows, in the same transaction");
  add_flag(arguments, "--yes,-y", options->yes, "Do not ask");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_seed() {
  return {.names = {"seed"},
          .summary = "Fill a database from seeds/*.sql, in one transaction",
          .examples = {"corral d1 migrations seed my-db", "corral d1 migrations seed my-db --reset --yes"},
          .declare = declare,
          .live_values = database_values(),
          .errors_as_data = true};
}

}  // namespace corral::d1
