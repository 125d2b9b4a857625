#include "commands/sql/batch_command.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/spool.hpp"
#include "backends/sql_text/script.hpp"
#include "backends/sql_text/words.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/context.hpp"
#include "commands/sql/peeked_source.hpp"

namespace corral {

namespace {

/// A script up to this length is scanned before it runs to see whether it only reads.
constexpr std::size_t looked_through_bytes = 1U << 20U;

constexpr std::size_t max_unrestricted_statement_bytes = 1'000'000'000;

/// Counts what the printer receives, for --timing, and shows progress.
class WatchedResults final : public SqlResults {
 public:
  WatchedResults(SqlResults& results, const sql::StatementReader& reader, Progress* progress, Output* timing)
      : results_(results), reader_(reader), progress_(progress), timing_(timing) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) override {
    number_ = statement.place.number;
    results_.begin(statement, columns);
  }
  void row(SqlRow row) override { results_.row(row); }
  bool take_answer(const std::string& json) override { return results_.take_answer(json); }
  void end(const SqlStatementStats& stats) override {
    results_.end(stats);
    if (progress_ != nullptr) progress_->update(reader_.bytes_read(), number_);
    if (timing_ != nullptr) timing_->note(fmt::format("statement {}: {:.3f} ms", number_, stats.duration_ms));
  }

 private:
  SqlResults& results_;
  const sql::StatementReader& reader_;
  Progress* progress_;
  Output* timing_;
  std::uint64_t number_ = 0;
};

struct ScriptNature {
  bool only_reads = true;
  std::size_t statements = 0;
};

/// `unrestricted`: a PRAGMA may write.
ScriptNature nature_of(std::string_view text, const std::string& name, bool unrestricted) {
  MemorySource source(text);
  sql::StatementReader reader(source, name, max_unrestricted_statement_bytes);
  sql::ScriptStatement statement;
  ScriptNature nature;
  while (reader.next(statement)) {
    ++nature.statements;
    const bool is_pragma = sql::is_keyword(sql::first_words(statement.text, 1).front(), "PRAGMA");
    if (!sql::only_reads(statement.text) || (unrestricted && is_pragma)) nature.only_reads = false;
  }
  return nature;
}

SqlBatch::Transaction transaction_for(const ScriptNature& nature, bool unrestricted) {
  using Transaction = SqlBatch::Transaction;
  // VACUUM and the like cannot run inside a transaction.
  if (nature.statements == 1 && (nature.only_reads || unrestricted)) return Transaction::none;
  return nature.only_reads ? Transaction::read : Transaction::write;
}

void refuse_database_file(std::string_view beginning, const std::string& name) {
  if (!beginning.starts_with("SQLite format 3")) return;
  throw Error(ErrorKind::invalid_input, fmt::format("{} is an SQLite database, not SQL text", shown(name)),
              "make text of it: sqlite3 FILE .dump | corral d1 execute DATABASE --file -");
}

}  // namespace

void add_batch_options(Arguments& arguments, BatchOptions& options) {
  value_name(add_text(arguments, "--command", options.command, "SQL to run: one statement or many"), "SQL");
  add_file(arguments, "--file", options.file, "File of SQL to run; - is standard input");
  add_parameter_options(arguments, options.parameters);
  add_result_options(arguments, options.style);
  add_flag(arguments, "--timing", options.timing, "Report the duration of each statement on stderr");
  add_flag(arguments, "--unrestricted", options.unrestricted, "Plain SQLite without D1's rules, for repairs");
}

void run_batch(const BatchOptions& options, Context& context, const RunBatch& run) {
  if (options.command.has_value() == options.file.has_value()) {
    throw Error(ErrorKind::usage,
                options.command ? "--command and --file exclude each other" : "no SQL was given",
                "give --command SQL, or --file FILE, or --file - for standard input");
  }
  if (options.unrestricted) {
    context.out().warning(
        "--unrestricted: D1's rules and limits are off; D1 itself may refuse what is written now");
  }
  const std::unique_ptr<SqlParameters> parameters = make_parameters(options.parameters, context);

  const std::string name = options.command        ? "--command"
                           : *options.file == "-" ? "standard input"
                                                  : *options.file;
  std::unique_ptr<ByteSource> owned;
  ByteSource* source = nullptr;
  if (options.command) {
    owned = std::make_unique<MemorySource>(*options.command);
  } else if (*options.file == "-") {
    source = &context.in().standard_input();
  } else {
    owned = std::make_unique<FileSource>(open_for_reading(*options.file), *options.file);
  }
  if (owned) source = owned.get();
  const std::uint64_t total = source->remaining().value_or(0);
  PeekedSource peeked(*source, looked_through_bytes);
  refuse_database_file(peeked.beginning(), name);
  ScriptNature nature{.only_reads = false, .statements = 0};
  if (peeked.is_all()) nature = nature_of(peeked.beginning(), name, options.unrestricted);

  sql::StatementReader reader(
      peeked, name, options.unrestricted ? max_unrestricted_statement_bytes : sql::max_read_statement_bytes);
  sql::Script script(reader, name);
  const std::unique_ptr<ResultPrinter> printer = ResultPrinter::make(options.style, context.out());
  std::unique_ptr<Progress> progress;
  SqlText text;
  if (options.command) {
    text.text = *options.command;
  } else {
    text.file = [&]() -> std::unique_ptr<RereadableInput> {
      // A pipe can be read but once, and what it began with has been.
      if (*options.file == "-" || !std::filesystem::is_regular_file(*options.file))
        return std::make_unique<RereadableInput>(peeked, name);
      return std::make_unique<RereadableInput>(open_for_reading(*options.file), name);
    };
  }
  if (!peeked.is_all()) progress = context.out().progress("Executing", total, ProgressUnit::bytes);
  WatchedResults results(*printer, reader, progress.get(), options.timing ? &context.out() : nullptr);
  SqlBatch batch{.statements = script,
                 .parameters = parameters.get(),
                 .transaction = transaction_for(nature, options.unrestricted),
                 .references_at_end = sql::Script::starts_without_foreign_keys(peeked.beginning()),
                 .pulse = [&context] { context.check_interrupt(); },
                 .source = &text};
  const auto start = std::chrono::steady_clock::now();
  run(batch, results, nature.only_reads);
  progress.reset();
  printer->finish();
  if (options.timing) {
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    context.out().note(fmt::format("all: {:.3f} ms", ms));
  }
}

}  // namespace corral
