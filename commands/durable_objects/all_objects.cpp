#include "commands/durable_objects/all_objects.hpp"

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_error.hpp"

namespace corral::durable_objects {

namespace {

constexpr std::size_t max_script_bytes = std::size_t{64} << 20U;

/// A sequence of statements that can be replayed for each object.
class KeptStatements final : public sql::StatementSource {
 public:
  explicit KeptStatements(sql::StatementSource& source) {
    sql::ScriptStatement statement;
    std::size_t bytes = 0;
    while (source.next(statement)) {
      bytes += statement.text.size();
      if (bytes > max_script_bytes)
        throw Error(ErrorKind::limit, "with --all a script may have up to 64 MiB");
      texts_.emplace_back(statement.text);
      statements_.push_back(statement);
    }
  }

  bool next(sql::ScriptStatement& statement) override {
    if (at_ == statements_.size()) return false;
    statement = statements_[at_];
    statement.text = texts_[at_++];
    return true;
  }

  void start_over() { at_ = 0; }
  [[nodiscard]] std::size_t size() const { return statements_.size(); }

 private:
  std::vector<std::string> texts_;
  std::vector<sql::ScriptStatement> statements_;
  std::size_t at_ = 0;
};

/// Prefixes each row with the object, and merges the rows of a single statement into one result.
class LabelledResults final : public SqlResults {
 public:
  LabelledResults(SqlResults& results, bool single) : results_(results), single_(single) {}

  void next_object(std::string label) { label_ = std::move(label); }

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override {
    std::vector<std::string> labelled;
    if (!columns.empty()) labelled.emplace_back("object");
    labelled.insert(labelled.end(), columns.begin(), columns.end());
    if (open_ && labelled == columns_) return;
    finish();
    columns_ = std::move(labelled);
    results_.begin(statement, columns_);
    open_ = true;
    stats_ = {.runs = 0};
  }

  void row(SqlRow row) override {
    cells_.assign(1, SqlCell{.type = SqlType::text, .bytes = label_});
    cells_.insert(cells_.end(), row.begin(), row.end());
    results_.row(cells_);
  }

  void end(const SqlStatementStats& stats) override {
    stats_.duration_ms += stats.duration_ms;
    stats_.runs += stats.runs;
    stats_.changes += stats.changes;
    stats_.last_row_id = stats.last_row_id;
    stats_.rows_read += stats.rows_read;
    stats_.rows_written += stats.rows_written;
    if (!single_) finish();
  }

  void finish() {
    if (open_) results_.end(stats_);
    open_ = false;
  }

 private:
  SqlResults& results_;
  bool single_;
  std::string label_;
  std::vector<std::string> columns_;
  std::vector<SqlCell> cells_;
  SqlStatementStats stats_;
  bool open_ = false;
};

bool is_missing_table(const SqlError& error) {
  return error.message().find("no such table") != std::string::npos;
}

}  // namespace

void run_on_all(Context& context, const ClassOptions& options, bool unrestricted, const SqlBatch& batch,
                SqlResults& results, bool only_reads) {
  const DurableClass of = find_class(context, options);
  DurableObjectBackend& backend = context.stores(options.state).durable_objects();
  const std::vector<std::string> ids = backend.ids(of, "");
  if (ids.empty()) throw Error(ErrorKind::not_found, fmt::format("no objects of {} here", shown(of.name)));
  KeptStatements statements(batch.statements);
  LabelledResults labelled(results, statements.size() == 1);
  std::size_t done = 0;
  std::size_t passed_over = 0;
  const auto progress = context.out().progress("Objects", ids.size(), ProgressUnit::items);
  for (const std::string& id : ids) {
    context.check_interrupt();
    const auto object = backend.open(of, id);
    const std::string label = object->info().name.value_or(id);
    labelled.next_object(label);
    statements.start_over();
    SqlBatch own{.statements = statements,
                 .parameters = batch.parameters,
                 .transaction = batch.transaction,
                 .references_at_end = batch.references_at_end,
                 .pulse = batch.pulse};
    try {
      object->sql({.unrestricted = unrestricted})->run(own, labelled);
      ++done;
    } catch (const SqlError& error) {
      if (!only_reads || !is_missing_table(error)) {
        context.out().warning(fmt::format("this is about object {} ({}); {} objects before it are done",
                                          shown(label), id, done));
        throw;
      }
      ++passed_over;
    }
    progress->update(done + passed_over);
  }
  labelled.finish();
  if (passed_over > 0 && done == 0)
    throw Error(ErrorKind::not_found, fmt::format("none of the {} objects has such a table", ids.size()));
  if (passed_over > 0) {
    context.out().note(
        fmt::format("{} of {} objects have no such table, and were passed over", passed_over, ids.size()));
  }
}

}  // namespace corral::durable_objects
