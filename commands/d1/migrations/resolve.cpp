#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/project.hpp"
#include "migrations/schema.hpp"

namespace corral::d1 {

namespace {

using migrations::MigrationEntry;
using migrations::MigrationFile;

struct ResolveOptions {
  DatabaseOptions target;
  std::vector<std::string> applied;
  std::vector<std::string> unapplied;
};

void resolve(const ResolveOptions& options, Context& context) {
  if (options.applied.empty() && options.unapplied.empty()) {
    throw Error(ErrorKind::usage, "nothing to resolve", "give --applied NAME or --unapplied NAME");
  }
  MigrationProject project(context, options.target);
  project.lock();
  const migrations::MigrationStatus status = project.status();
  std::vector<MigrationFile> add;
  std::vector<std::string> remove;
  for (const std::string& name : options.applied) {
    const MigrationEntry& entry = status.find(name);
    if (entry.is_applied())
      throw Error(ErrorKind::conflict, fmt::format("{} is applied already", shown(entry.name)));
    add.push_back({.name = entry.name, .path = *entry.path});
  }
  for (const std::string& name : options.unapplied) {
    const MigrationEntry& entry = status.find(name);
    if (!entry.is_applied())
      throw Error(ErrorKind::conflict, fmt::format("{} is not applied", shown(entry.name)));
    remove.push_back(entry.name);
  }
  project.open_for_writing();
  if (!add.empty()) migrations::book_as_applied(project.run(""), add);
  if (!remove.empty()) migrations::book_as_not_applied(project.run(""), remove);
  for (const MigrationFile& file : add) context.out().note("booked as applied: " + shown(file.name));
  for (const std::string& name : remove) context.out().note("booked as not applied: " + shown(name));
}

Run declare_resolve(Arguments& arguments) {
  auto options = std::make_shared<ResolveOptions>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  value_name(add_texts(arguments, "--applied", options->applied, "Mark as applied; repeatable"), "NAME");
  value_name(add_texts(arguments, "--unapplied", options->unapplied, "Mark as not applied; repeatable"),
             "NAME");
  return [options](Context& context) { resolve(*options, context); };
}

struct BaselineOptions {
  DatabaseOptions target;
  std::string to;
};

void baseline(const BaselineOptions& options, Context& context) {
  MigrationProject project(context, options.target);
  project.lock();
  const migrations::MigrationStatus status = project.status();
  const migrations::UpTo up_to(status, options.to);
  std::vector<MigrationFile> files;
  for (const MigrationEntry& entry : status.entries) {
    if (!entry.is_applied() && up_to.includes(entry))
      files.push_back({.name = entry.name, .path = *entry.path});
  }
  if (files.empty()) {
    context.out().note("all of them are applied already");
    return;
  }
  if (migrations::read_schema(project.opened(), project.folder().table).empty()) {
    context.out().warning(
        fmt::format("\"{}\" has no tables; if they should be made, take it back with 'resolve "
                    "--unapplied' and apply the migrations",
                    shown(project.database().name)));
  }
  project.open_for_writing();
  migrations::book_as_applied(project.run(""), files);
  for (const MigrationFile& file : files) context.out().note("booked as applied: " + shown(file.name));
}

Run declare_baseline(Arguments& arguments) {
  auto options = std::make_shared<BaselineOptions>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  required(value_name(add_text(arguments, "--to", options->to, "Stop after this migration (inclusive)"),
                      "NUMBER"));
  return [options](Context& context) { baseline(*options, context); };
}

}  // namespace

Command migrations_resolve() {
  return {.names = {"resolve"},
          .summary = "Correct the table of applied migrations; runs no SQL",
          .examples = {"corral d1 migrations resolve my-db --applied 0003_posts.sql",
                       "corral d1 migrations resolve my-db --unapplied 3"},
          .declare = declare_resolve,
          .live_values = database_values()};
}

Command migrations_baseline() {
  return {.names = {"baseline"},
          .summary = "Adopt a database that already has the schema; runs no SQL",
          .examples = {"corral d1 migrations baseline my-db --to 12"},
          .declare = declare_baseline,
          .live_values = database_values()};
}

}  // namespace corral::d1
