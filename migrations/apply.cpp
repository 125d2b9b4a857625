#include "migrations/apply.hpp"

#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/file_stamp.hpp"
#include "backends/sql_error.hpp"
#include "backends/unknown_outcome.hpp"
#include "migrations/query.hpp"
#include "migrations/sent_script.hpp"

namespace corral::migrations {

namespace {

/// Adds the file to an SQLite error, and determines whether the file or the database is at fault.
[[noreturn]] void rethrow(const BookedBatch& batch, const SqlError& error) {
  SqlError::Details details = error.details();
  if (batch.stage() == BookedBatch::Stage::bookkeeping && details.kind == ErrorKind::conflict) {
    throw Error(ErrorKind::conflict,
                fmt::format("{} was applied by another program meanwhile", shown(batch.current())),
                "run the command again");
  }
  details.script = batch.current();
  throw SqlError(std::move(details));
}

/// Whether the check at the end of a file failed because of the schema rather than the rows. wrangler does
/// not check, so such a file must be allowed to run.
bool cannot_be_checked(const BookedBatch& batch, const SqlError& error) {
  return batch.stage() == BookedBatch::Stage::check && error.details().kind == ErrorKind::invalid_input;
}

class Runner {
 public:
  explicit Runner(const MigrationRun& run) : run_(run) {
    if (run.database.traits().interactive) broken_ = find_broken_references(run.database);
  }

  /// Runs files as one batch.
  std::vector<BookedBatch::Done> run_files(const std::vector<BookedFile>& files, bool undo) {
    if (!run_.database.traits().interactive) return {send_script(run_, files.front())};
    BrokenReferences broken = broken_.value_or(BrokenReferences{});
    BookedBatch batch(files, broken_ ? &broken : nullptr, run_.progress);
    try {
      run_.database.run({.statements = batch, .roll_back = undo, .pulse = run_.pulse}, batch);
    } catch (const SqlError& error) {
      if (!cannot_be_checked(batch, error)) rethrow(batch, error);
      broken_.reset();
      return run_files(files, undo);
    } catch (const UnknownOutcome& error) {
      throw UnknownOutcome(error, fmt::format("{}: {}", shown(batch.current()), error.message()));
    }
    if (broken_) broken_ = std::move(broken);
    return batch.done();
  }

  std::string run_and_tell(const BookedFile& file) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<BookedBatch::Done> done = run_files({file}, false);
    const std::chrono::duration<double, std::milli> duration = std::chrono::steady_clock::now() - start;
    if (run_.finished) {
      run_.finished({.name = file.name,
                     .statements = done.front().statements,
                     .duration_ms = duration.count(),
                     .references_checked = broken_.has_value()});
    }
    return done.front().sha256;
  }

 private:
  const MigrationRun& run_;
  std::optional<BrokenReferences> broken_;
};

using Records = std::vector<std::pair<std::string, MigrationRecord>>;

/// A file that cannot be read gets no record; the error surfaces when its turn comes.
Records records_of(const std::vector<MigrationFile>& files, const std::string& bookmark, UnixMillis now) {
  Records records;
  for (const MigrationFile& file : files) {
    try {
      const FileStamp before = file_stamp(file.path);
      MigrationRecord record = {.sha256 = sha256_of_file(file.path), .bookmark = bookmark, .stamp = {}};
      if (before.settled(now) && file_stamp(file.path).text == before.text) record.stamp = before.text;
      records.emplace_back(file.name, std::move(record));
    } catch (const Error&) {
      break;
    }
  }
  return records;
}

/// Removes the records of files that are no longer in the database's table. The database has changed by then.
void forget_records(const MigrationRun& run, const std::vector<std::string>& names) {
  try {
    run.records.remove(run.database_id, names);
  } catch (const Error& error) {
    throw UnknownOutcome("all of the change to the migrations", error.message());
  }
}

}  // namespace

void apply(const MigrationRun& run, const std::vector<MigrationFile>& files, const std::string& bookmark) {
  if (!run.has_table) change(run.database, run.history.make_table());
  // Written in advance and together: one flush instead of one per file, and after a crash no file lacks its
  // record. Records of files that were not reached are ignored.
  Records records = records_of(files, bookmark, run.clock.now());
  run.records.put(run.database_id, records);
  std::size_t applied = 0;
  bool differ = false;
  // `unknown`: how many files after the applied ones may have been applied too.
  const auto settle = [&](std::size_t unknown) {
    std::vector<std::string> not_applied;
    for (std::size_t i = applied + unknown; i < records.size(); ++i) not_applied.push_back(records[i].first);
    run.records.remove(run.database_id, not_applied);
    records.resize(std::min(applied, records.size()));
    if (differ) run.records.put(run.database_id, records);
  };
  const auto settle_if_possible = [&](std::size_t unknown) {
    try {
      settle(unknown);
    } catch (const Error&) {
      return;  // the error to report is why the files failed
    }
  };
  try {
    Runner runner(run);
    for (const MigrationFile& file : files) {
      const std::string sha256 = runner.run_and_tell(
          {.name = file.name, .path = file.path, .bookkeeping = {run.history.add(file.name)}});
      // The file may have changed since it was examined.
      if (applied < records.size() && records[applied].second.sha256 != sha256) {
        records[applied].second.sha256 = sha256;
        records[applied].second.stamp.clear();
        differ = true;
      }
      ++applied;
    }
  } catch (const UnknownOutcome&) {
    settle_if_possible(1);
    throw;
  } catch (...) {
    settle_if_possible(0);
    throw;
  }
  settle(0);
}

void try_out(const MigrationRun& run, const std::vector<MigrationFile>& files) {
  std::vector<BookedFile> booked;
  booked.reserve(files.size());
  for (const MigrationFile& file : files) {
    booked.push_back({.name = file.name,
                      .path = file.path,
                      .bookkeeping = {run.history.make_table(), run.history.add(file.name)}});
  }
  Runner(run).run_files(booked, true);
}

void roll_back(const MigrationRun& run, const std::vector<MigrationFile>& down_files) {
  Runner runner(run);
  for (const MigrationFile& file : down_files) {
    runner.run_and_tell(
        {.name = file.name, .path = file.path, .bookkeeping = {run.history.remove(file.name)}});
    forget_records(run, {file.name});
  }
}

void book_as_applied(const MigrationRun& run, const std::vector<MigrationFile>& files) {
  std::string statements = run.history.make_table() + ";";
  for (const MigrationFile& file : files) statements += run.history.add(file.name) + ";";
  run.records.put(run.database_id, records_of(files, {}, run.clock.now()));
  change(run.database, statements);
}

void book_as_not_applied(const MigrationRun& run, const std::vector<std::string>& names) {
  std::string statements;
  for (const std::string& name : names) statements += run.history.remove(name) + ";";
  change(run.database, statements);
  forget_records(run, names);
}

void rebook(const MigrationRun& run, const std::vector<MigrationFile>& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const MigrationFile& file : files) names.push_back(file.name);
  names.pop_back();
  book_as_not_applied(run, names);
  run.records.put(run.database_id, records_of({files.back()}, {}, run.clock.now()));
}

}  // namespace corral::migrations
