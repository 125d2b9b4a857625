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
#include "migrations/new_migration.hpp"

namespace corral::d1 {

namespace {

using migrations::MigrationFile;

struct Options {
  DatabaseOptions target;
  std::optional<std::string> to;
  std::optional<std::int64_t> steps;
  bool yes = false;
  bool no_backup = false;
};

/// The migrations to undo, most recently applied first.
std::vector<std::string> names_to_undo(const Options& options, MigrationProject& project) {
  std::vector<migrations::AppliedMigration> applied = project.history().applied();
  std::reverse(applied.begin(), applied.end());
  std::vector<std::string> names;
  if (options.to) {
    const migrations::MigrationStatus status = project.status();
    const bool everything = *options.to == "0";
    const std::optional<migrations::UpTo> stays =
        everything ? std::nullopt : std::optional(migrations::UpTo(status, *options.to));
    for (const migrations::AppliedMigration& one : applied) {
      if (everything || !stays->includes({.name = one.name, .number = {}})) names.push_back(one.name);
    }
    return names;
  }
  const auto steps = static_cast<std::size_t>(options.steps.value_or(1));
  for (std::size_t i = 0; i < std::min(steps, applied.size()); ++i) names.push_back(applied[i].name);
  return names;
}

/// The command that undoes the whole run that applied a migration; nullopt if no bookmark was kept.
std::optional<std::string> way_back_before(Context& context, const std::string& name,
                                           const MigrationProject& project) {
  const Database& database = project.database();
  Stores& stores = context.stores(project.state());
  const auto known = stores.migration_records().of(database.id);
  const auto record = known.find(name);
  if (record == known.end() || record->second.bookmark.empty() || stores.bookmarks() == nullptr)
    return std::nullopt;
  const auto bookmark = stores.bookmarks()->find(database.id, record->second.bookmark);
  return bookmark ? std::optional(way_back(context, project.state(), database.name, *bookmark))
                  : std::nullopt;
}

std::vector<MigrationFile> down_files(Context& context, const std::vector<std::string>& names,
                                      const MigrationProject& project) {
  std::vector<MigrationFile> files;
  for (const std::string& name : names) {
    MigrationFile file{.name = name, .path = migrations::down_path(project.folder(), name)};
    std::error_code missing;
    if (!std::filesystem::exists(file.path, missing)) {
      const auto way = way_back_before(context, name, project);
      throw Error(ErrorKind::not_found,
                  fmt::format("{} has no down part: there is no {}", shown(name), shown(file.path.native())),
                  way ? "write one, or take back the whole run that applied it: " + *way
                      : "write one; no bookmark from before it is kept either");
    }
    files.push_back(std::move(file));
  }
  return files;
}

void run(const Options& options, Context& context) {
  if (options.steps && *options.steps < 1) throw Error(ErrorKind::usage, "--steps must be 1 or more");
  if (options.steps && options.to) throw Error(ErrorKind::usage, "--steps and --to exclude each other");
  Output& out = context.out();
  MigrationProject project(context, options.target);
  project.lock();
  const std::vector<std::string> names = names_to_undo(options, project);
  if (names.empty()) {
    out.note("nothing to roll back");
    if (!out.for_person()) out.data(json_text({{"rolled_back", Json::array()}}, 2) + "\n");
    return;
  }
  const std::vector<MigrationFile> files = down_files(context, names, project);
  for (const std::string& name : names) out.note("to roll back: " + shown(name));
  confirm(context,
          fmt::format("Roll back {} of {}?", count_of_migrations(names.size()),
                      in_question(context, project.state(), project.database())),
          "--yes (-y)", options.yes);
  std::optional<Bookmark> bookmark;
  if (!options.no_backup) {
    bookmark =
        require_bookmark_before(context, options.target.state, project.database(), "d1 migrations rollback");
  }
  project.open_for_writing();
  migrations::roll_back(project.run("rolled back"), files);
  if (bookmark)
    out.note("the way back: " + way_back(context, project.state(), project.database().name, *bookmark));
  if (out.for_person()) return;
  Json json;
  json["rolled_back"] = names;
  json["bookmark"] = bookmark ? Json(bookmark->id) : Json(nullptr);
  out.data(json_text(json, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  value_name(add_integer(arguments, "--steps", options->steps, "How many to undo, last applied first (1)"),
             "N");
  value_name(add_text(arguments, "--to", options->to,
                      "Roll back everything after this migration, which stays; 0: all"),
             "NUMBER");
  add_flag(arguments, "--yes,-y", options->yes, "Do not ask");
  add_flag(arguments, "--no-backup", options->no_backup, "Do not take a bookmark first; cannot be undone");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_rollback() {
  return {.names = {"rollback"},
          .summary = "Undo applied migrations with their files in down/",
          .examples = {"corral d1 migrations rollback my-db --yes",
                       "corral d1 migrations rollback my-db --to 3 --yes"},
          .declare = declare,
          .live_values = database_values(),
          .errors_as_data = true};
}

}  // namespace corral::d1
