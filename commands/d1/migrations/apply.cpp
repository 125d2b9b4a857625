#include <memory>
#include <string>
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
#include "migrations/lint.hpp"
#include "migrations/schema.hpp"
#include "migrations/trial.hpp"

namespace corral::d1 {

namespace {

using migrations::MigrationFile;

struct Options {
  DatabaseOptions target;
  std::optional<std::string> to;
  std::optional<std::int64_t> steps;
  bool yes = false;
  bool dry_run = false;
  bool allow_out_of_order = false;
  bool no_backup = false;
};

/// DROP TABLE first deletes the rows, which cascades to rows that reference them.
void warn_of_cascades(const std::vector<MigrationFile>& files, SqlDatabase& database, Output& out) {
  for (const MigrationFile& file : files) {
    std::vector<std::string> tables;
    try {
      tables = migrations::dropped_tables(file);
    } catch (const Error&) {
      return;  // Applying the file will report this error.
    }
    for (const std::string& table : tables) {
      for (const migrations::CascadingChild& child : migrations::children_of(database, table)) {
        if (!child.has_rows) continue;
        out.warning(
            fmt::format("{} drops \"{}\": rows of \"{}\" refer to it with ON DELETE {}, so they {} (foreign "
                        "keys are on within a "
                        "migration, whatever PRAGMA foreign_keys says there)",
                        shown(file.name), shown(table), shown(child.table), child.action,
                        child.action == "CASCADE" ? "are deleted too" : "lose their reference"));
      }
    }
  }
}

/// Prints the files unchanged, each after a comment with its name; with --json as [{"name", "sql"}].
void print_sql(const std::vector<MigrationFile>& files, Output& out) {
  if (out.json_requested()) {
    Json json = Json::array();
    for (const MigrationFile& file : files) {
      FileSource source(open_for_reading(file.path), file.path.native());
      constexpr std::uint64_t most = 1U << 30U;
      json.push_back({{"name", file.name}, {"sql", read_all(source, most, file.name)}});
    }
    out.data(json_text(json, 2) + "\n");
    return;
  }
  for (const MigrationFile& file : files) {
    out.data(fmt::format("-- {}\n", shown(file.name)));
    FileSource source(open_for_reading(file.path), file.path.native());
    std::string buffer(65'536, '\0');
    while (const std::size_t count = source.read(buffer)) out.data(std::string_view(buffer.data(), count));
    out.data("\n");
  }
}

/// Returns what was done, for a note.
std::string try_and_undo(MigrationProject& project, const std::vector<MigrationFile>& files) {
  migrations::try_out(project.run("tried"), files);
  return "and undid everything";
}

/// The same for a database on which nothing can be undone: on an empty one with the same schema.
std::string try_on_schema(MigrationProject& project, const std::vector<MigrationFile>& files,
                          Context& context) {
  const std::unique_ptr<SqlDatabase> copy = context.stores(project.state()).d1().scratch();
  migrations::copy_schema(project.opened(), project.folder().table, *copy);
  migrations::try_on_copy(*copy, files, project.folder().table, context.clock(),
                          [&] { context.check_interrupt(); });
  return fmt::format("on a copy of the schema of \"{}\", without its rows", shown(project.database().name));
}

void print_result(const MigrationProject& project, const std::optional<Bookmark>& bookmark, Output& out) {
  if (out.for_person()) return;
  Json json;
  json["applied"] = Json::array();
  for (const migrations::FinishedFile& file : project.finished()) {
    json["applied"].push_back(
        {{"name", file.name}, {"statements", file.statements}, {"duration_ms", file.duration_ms}});
  }
  json["bookmark"] = bookmark ? Json(bookmark->id) : Json(nullptr);
  out.data(json_text(json, 2) + "\n");
}

void ask(const std::vector<MigrationFile>& files, const MigrationProject& project, bool yes,
         Context& context) {
  if (yes || !context.in().is_terminal()) return;
  for (const MigrationFile& file : files) context.out().note("pending: " + shown(file.name));
  confirm(context,
          fmt::format("Apply {} to {}?", count_of_migrations(files.size()),
                      in_question(context, project.state(), project.database())),
          "--yes (-y)", false);
}

void run(const Options& options, Context& context) {
  if (options.steps && *options.steps < 1) throw Error(ErrorKind::usage, "--steps must be 1 or more");
  Output& out = context.out();
  MigrationProject project(context, options.target);
  if (!options.dry_run) project.lock();
  const migrations::MigrationStatus status =
      project.status(options.dry_run ? MigrationProject::Purpose::look : MigrationProject::Purpose::apply);
  warn_of(status, out);
  migrations::PlanOptions wanted{
      .to = options.to, .steps = {}, .allow_out_of_order = options.allow_out_of_order};
  if (options.steps) wanted.steps = static_cast<std::uint64_t>(*options.steps);
  const std::vector<MigrationFile> files = migrations::plan(status, wanted);
  if (files.empty()) {
    out.note("nothing to apply");
    if (!options.dry_run) print_result(project, {}, out);
    return;
  }
  const bool interactive = project.opened().traits().interactive;
  if (interactive) warn_of_cascades(files, project.opened(), out);
  if (options.dry_run) {
    const std::string tried =
        interactive ? try_and_undo(project, files) : try_on_schema(project, files, context);
    print_sql(files, out);
    out.note(fmt::format("tried {} {}: no error", count_of_migrations(files.size()), tried));
    return;
  }
  ask(files, project, options.yes, context);
  std::optional<Bookmark> bookmark;
  if (!options.no_backup) {
    bookmark =
        require_bookmark_before(context, options.target.state, project.database(), "d1 migrations apply");
  }
  project.open_for_writing();
  const auto tell_way_back = [&] {
    if (bookmark)
      out.note("the way back: " +
               way_back(context, options.target.state, project.database().name, *bookmark));
  };
  try {
    migrations::apply(project.run("applied"), files, bookmark ? bookmark->id : "");
  } catch (...) {
    if (!project.finished().empty()) tell_way_back();
    throw;
  }
  tell_way_back();
  print_result(project, bookmark, out);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  value_name(add_text(arguments, "--to", options->to, "Stop after this migration (inclusive)"), "NUMBER");
  value_name(add_integer(arguments, "--steps", options->steps, "Apply at most N migrations"), "N");
  add_flag(arguments, "--dry-run", options->dry_run, "Print the SQL and try it, without changing anything");
  add_flag(arguments, "--allow-out-of-order", options->allow_out_of_order,
           "Also apply migrations that a later one has overtaken");
  add_flag(arguments, "--no-backup", options->no_backup, "Do not take a bookmark first; cannot be undone");
  add_flag(arguments, "--yes,-y", options->yes, "Do not ask on a terminal");
  add_preview_option(arguments, options->target);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_apply() {
  return {.names = {"apply"},
          .summary = "Apply pending migrations, one transaction each",
          .examples = {"corral d1 migrations apply my-db", "corral d1 migrations apply my-db --dry-run",
                       "corral d1 migrations apply my-db --to 12 --yes"},
          .declare = declare,
          .live_values = database_values(),
          .errors_as_data = true};
}

}  // namespace corral::d1
