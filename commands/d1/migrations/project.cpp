#include "commands/d1/migrations/project.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "migrations/query.hpp"

namespace corral::d1 {

namespace {

constexpr int waits_before_note = 10;  // half a second
constexpr std::uint64_t bytes_worth_progress = 1U << 20U;

}  // namespace

migrations::MigrationFolder migration_folder_of(Context& context, const Database& database) {
  static const D1DatabaseBinding not_in_config;
  const D1DatabaseBinding& config = database.config != nullptr ? *database.config : not_in_config;
  return migrations::migration_folder(context.project().folder(), config.migrations_dir,
                                      config.migrations_table, config.migrations_pattern);
}

namespace {

Database find_database_with_migrations(Context& context, const DatabaseOptions& options) {
  if (find_in_config(context, options.name) == nullptr &&
      !context.stores(options.state).d1_databases().made_by_first_write()) {
    throw Error(ErrorKind::not_found,
                fmt::format("no D1 database \"{}\" in the config, which says where its migrations are",
                            shown(options.name)),
                "add it to d1_databases, with its database_id");
  }
  return find_database(context, options);
}

}  // namespace

MigrationProject::MigrationProject(Context& context, const DatabaseOptions& options)
    : context_(context),
      state_(options.state),
      database_(find_database_with_migrations(context, options)),
      folder_(migration_folder_of(context, database_)),
      opened_(context.stores(state_).d1().open(database_.id, {})) {
  history_.emplace(*opened_, folder_.table);
}

migrations::MigrationStatus MigrationProject::status(Purpose purpose) {
  const std::vector<migrations::MigrationFile> files = migrations::find_migrations(folder_);
  if (files.empty()) warn_of_pattern();
  if (purpose == Purpose::apply && !opened_->traits().interactive) {
    migrations::change(*opened_, history_->make_table() + ";");
    has_table_ = true;
  }
  return migrations::make_status(files, history_->applied(),
                                 context_.stores(state_).migration_records().of(database_.id));
}

void MigrationProject::warn_of_pattern() {
  const auto pattern = migrations::pattern_that_would_match(folder_);
  if (!pattern) return;
  const bool names_folder = database_.config != nullptr && database_.config->migrations_dir;
  context_.out().warning(fmt::format(
      "no file matches \"{}/{}\", but \"{}\" would match: set migrations_pattern to that in the config{}",
      shown(folder_.dir), shown(folder_.pattern), shown(*pattern),
      names_folder ? "" : fmt::format(", and migrations_dir to \"{}\"", shown(folder_.dir))));
}

void MigrationProject::lock() {
  const auto file = context_.stores(state_).d1_databases().migrations_lock(database_.id);
  if (!file) return;
  int waits = 0;
  lock_.emplace(*file, [&] {
    context_.check_interrupt();
    if (++waits == waits_before_note) {
      context_.out().note(
          fmt::format("waiting: another corral changes the migrations of \"{}\"", shown(database_.name)));
    }
  });
  // The previous lock holder may have created the database.
  opened_ = context_.stores(state_).d1().open(database_.id, {});
  history_.emplace(*opened_, folder_.table);
}

void MigrationProject::open_for_writing() {
  opened_ = context_.stores(state_).d1().open(database_.id, {.create = true});
  history_.emplace(*opened_, folder_.table);
}

migrations::MigrationRun MigrationProject::run(std::string done_word) {
  return {.database = *opened_,
          .history = *history_,
          .records = context_.stores(state_).migration_records(),
          .database_id = database_.id,
          .clock = context_.clock(),
          .has_table = has_table_,
          .progress =
              [this](const migrations::FileProgress& at) {
                if (at.bytes_total < bytes_worth_progress) return;
                if (!progress_)
                  progress_ = context_.out().progress(shown(at.name), at.bytes_total, ProgressUnit::bytes);
                progress_->update(at.bytes, at.statements);
              },
          .finished =
              [this, word = std::move(done_word)](const migrations::FinishedFile& file) {
                progress_.reset();
                finished_.push_back(file);
                context_.out().note(fmt::format("{} {} ({})", word, shown(file.name),
                                                file.statements == 0 ? "no statement in it"
                                                : file.statements == 1
                                                    ? "1 statement"
                                                    : fmt::format("{} statements", file.statements)));
              },
          .pulse = [this] { context_.check_interrupt(); }};
}

void warn_of(const migrations::MigrationStatus& status, Output& out) {
  for (const migrations::MigrationEntry& entry : status.entries) {
    if (entry.state == migrations::MigrationState::changed) {
      out.warning(fmt::format("{} has changed since it was applied; what it does now was never run",
                              shown(entry.name)));
    }
    if (entry.state == migrations::MigrationState::missing) {
      out.warning(fmt::format("{} is applied, but there is no such file", shown(entry.name)));
    }
    if (!entry.same_number.empty() && entry.name < entry.same_number.front()) {
      out.warning(fmt::format("{} has the same number as {}; they run in the order of their names",
                              shown(entry.name), shown(entry.same_number.front())));
    }
  }
}

std::string count_of_migrations(std::size_t count) {
  return fmt::format("{} migration{}", count, count == 1 ? "" : "s");
}

}  // namespace corral::d1
