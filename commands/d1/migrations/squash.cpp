#include "migrations/squash.hpp"

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

using migrations::MigrationEntry;
using migrations::MigrationFile;

struct Options {
  DatabaseOptions target;
  std::string to;
  std::vector<std::string> data;
};

void run(const Options& options, Context& context) {
  MigrationProject project(context, options.target);
  project.lock();
  const migrations::MigrationStatus status = project.status();
  const migrations::UpTo up_to(status, options.to);
  std::vector<MigrationFile> files;
  std::size_t applied = 0;
  for (const MigrationEntry& entry : status.entries) {
    if (!entry.path || !up_to.includes(entry)) continue;
    if (entry.state == migrations::MigrationState::changed) {
      throw Error(ErrorKind::conflict, fmt::format("{} has changed since it was applied", shown(entry.name)),
                  "restore the file, or record its new content with 'resolve'");
    }
    files.push_back({.name = entry.name, .path = *entry.path});
    if (entry.is_applied()) ++applied;
  }
  if (files.size() < 2) throw Error(ErrorKind::invalid_input, "there are not two migrations to make one of");
  if (applied != 0 && applied != files.size()) {
    throw Error(ErrorKind::conflict,
                fmt::format("only {} of these {} migrations are applied to \"{}\"", applied, files.size(),
                            shown(project.database().name)),
                fmt::format("first: corral d1 migrations apply '{}' --to '{}'",
                            shown(project.database().name), shown(options.to)));
  }
  SqlBackend& backend = context.stores(options.target.state).d1();
  const std::string baseline =
      migrations::make_baseline(files, options.data, [&backend] { return backend.scratch(); });
  migrations::replace_by_baseline(project.folder(), files, baseline);
  if (applied > 0) {
    project.open_for_writing();
    migrations::rebook(project.run(""), files);
  }
  Output& out = context.out();
  const std::string& path = files.back().path.native();
  out.note(fmt::format("{} now does what {} did; the originals are in {}", shown(files.back().name),
                       count_of_migrations(files.size()),
                       shown((project.folder().folder / "squashed").native())));
  if (out.json_requested()) {
    out.data(json_text({{"path", path}, {"replaced", files.size()}}, 2) + "\n");
  } else {
    out.data((out.data_is_terminal() ? shown(path) : path) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database");
  required(value_name(
      add_text(arguments, "--to", options->to, "The last one to merge; the new file takes its name"),
      "NUMBER"));
  value_name(add_texts(arguments, "--data", options->data,
                       "Keep the rows that they insert into this table; repeatable"),
             "TABLE");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_squash() {
  return {.names = {"squash"},
          .summary = "Merge the first migrations into one file that yields the same schema",
          .examples = {"corral d1 migrations squash my-db --to 12",
                       "corral d1 migrations squash my-db --to 12 --data countries"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
