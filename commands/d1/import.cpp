#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/files/spool.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/unknown_outcome.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/import_table.hpp"
#include "commands/d1/row_source.hpp"
#include "commands/d1/target.hpp"
#include "commands/d1/text_encoding.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::string file;
  std::string table;
  std::optional<std::string> format;
  std::optional<std::string> delimiter;
  std::optional<std::string> encoding;
  std::optional<std::string> on_conflict;
  bool create = false;
  bool unrestricted = false;
};

constexpr std::size_t looked_at_bytes = 65'536;

/// A file to import, as UTF-8 text that can be read more than once.
class Table {
 public:
  Table(const Options& options, Context& context)
      : input_(options.file == "-" ? RereadableInput(context.in().standard_input(), "standard input")
                                   : RereadableInput(open_for_reading(options.file), options.file)) {
    const std::string bytes = beginning_of(*input_.read_again());
    encoding_ = options.encoding ? encoding_of_name(*options.encoding, bytes) : encoding_of(bytes);
    const std::string text = beginning_of(*text_again());
    is_json_ = options.format ? *options.format != "csv" : looks_like_json(options.file, text);
    delimiter_ = options.delimiter                ? given_delimiter(*options.delimiter)
                 : options.file.ends_with(".tsv") ? '\t'
                                                  : csv_delimiter(text);
  }

  [[nodiscard]] const std::string& name() const { return input_.name(); }

  /// Reads the rows from the start; invalidates the previous source.
  std::unique_ptr<RowSource> rows() {
    if (is_json_ && !json_columns_) json_columns_ = json_columns(*text_again(), name());
    text_ = text_again();
    return is_json_ ? read_json(*text_, name(), *json_columns_) : read_csv(*text_, name(), delimiter_);
  }

 private:
  static std::string beginning_of(ByteSource& source) {
    std::string bytes(looked_at_bytes, '\0');
    std::size_t length = 0;
    while (const std::size_t count = source.read({bytes.data() + length, bytes.size() - length}))
      length += count;
    bytes.resize(length);
    return bytes;
  }

  static bool looks_like_json(std::string_view file, std::string_view text) {
    for (const char* const ending : {".csv", ".tsv"}) {
      if (file.ends_with(ending)) return false;
    }
    for (const char* const ending : {".json", ".ndjson", ".jsonl"}) {
      if (file.ends_with(ending)) return true;
    }
    const std::size_t at = text.find_first_not_of(" \t\r\n");
    return at != std::string_view::npos && (text[at] == '[' || text[at] == '{');
  }

  static char given_delimiter(const std::string& delimiter) {
    if (delimiter == "tab" || delimiter == "\\t") return '\t';
    if (delimiter.size() == 1 && std::string_view("\"\n\r").find(delimiter.front()) == std::string_view::npos)
      return delimiter.front();
    throw Error(ErrorKind::usage, "--delimiter must be one character, or tab");
  }

  std::unique_ptr<ByteSource> text_again() {
    bytes_ = input_.read_again();
    return as_utf8(*bytes_, encoding_, name());
  }

  RereadableInput input_;
  TextEncoding encoding_ = TextEncoding::utf8;
  bool is_json_ = false;
  char delimiter_ = ',';
  std::optional<std::vector<std::string>> json_columns_;
  std::unique_ptr<ByteSource> bytes_;
  std::unique_ptr<ByteSource> text_;
};

/// The SQL of an import: CREATE TABLE if requested, and the INSERT, run once per row.
class ImportStatements final : public sql::StatementSource {
 public:
  explicit ImportStatements(std::vector<std::string> statements) : statements_(std::move(statements)) {}

  bool next(sql::ScriptStatement& statement) override {
    if (at_ == statements_.size()) return false;
    statement.text = statements_[at_++];
    statement.place = {at_, 1, 1};
    return true;
  }

 private:
  std::vector<std::string> statements_;
  std::size_t at_ = 0;
};

/// Binds each row to the INSERT.
class RowValues final : public SqlParameters {
 public:
  RowValues(RowSource& rows, const std::vector<ColumnConversion>& conversions, Progress& progress)
      : rows_(rows), conversions_(conversions), progress_(progress) {}

  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  const std::vector<SqlValue>* next() override {
    if (!rows_.next(row_)) return nullptr;
    for (std::size_t i = 0; i < row_.size(); ++i) convert(row_[i], conversions_[i]);
    progress_.update(++count_);
    return &row_;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  RowSource& rows_;
  const std::vector<ColumnConversion>& conversions_;
  Progress& progress_;
  std::vector<SqlValue> row_;
  std::uint64_t count_ = 0;
};

class Changes final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow) override {}
  void end(const SqlStatementStats& stats) override { count = stats.changes; }

  std::int64_t count = 0;
};

std::string insert_into(const Options& options, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const std::string& column : columns) names.push_back(sql::quoted_name(column));
  const std::string conflict = !options.on_conflict || *options.on_conflict == "fail" ? ""
                               : *options.on_conflict == "ignore"                     ? " OR IGNORE"
                                                                                      : " OR REPLACE";
  return fmt::format("INSERT{} INTO {} ({}) VALUES ({})", conflict, sql::quoted_name(options.table),
                     fmt::join(names, ", "), fmt::join(std::vector<const char*>(columns.size(), "?"), ", "));
}

void run(const Options& options, Context& context) {
  const Database database = find_database(context, options.target);
  require_utf8(options.table, "--table");
  Table table(options, context);
  const std::unique_ptr<SqlDatabase> opened =
      context.stores(options.target.state)
          .d1()
          .open(database.id, {.create = true, .unrestricted = options.unrestricted});
  std::vector<std::string> statements;
  if (options.create) {
    statements.push_back(create_table_for(options.table, *table.rows()));
  } else {
    check_columns(*opened, options.table, table.rows()->columns());
  }
  const std::unique_ptr<RowSource> rows = table.rows();
  if (rows->columns().empty())
    throw Error(ErrorKind::invalid_input, fmt::format("there are no rows in {}", shown(table.name())));
  const std::vector<ColumnConversion> conversions =
      options.create ? std::vector<ColumnConversion>(rows->columns().size(), ColumnConversion::none)
                     : conversions_for(*opened, options.table, rows->columns());
  statements.push_back(insert_into(options, rows->columns()));
  ImportStatements script(std::move(statements));
  const std::unique_ptr<Progress> progress = context.out().progress("Importing rows", 0, ProgressUnit::items);
  RowValues values(*rows, conversions, *progress);
  Changes changes;
  bookmark_before(context, options.target.state, database, "d1 import");
  try {
    opened->run({.statements = script, .parameters = &values, .pulse = [&] { context.check_interrupt(); }},
                changes);
  } catch (const UnknownOutcome&) {
    throw;
  } catch (const Error& error) {
    // Where the rows went out together, the last one is not the one at fault.
    if (values.count() == 0 || !opened->traits().interactive) throw;
    throw Error(error.kind(),
                fmt::format("row {} of {}: {}", values.count(), shown(table.name()), error.message()),
                error.hint().empty() ? "nothing was imported" : "nothing was imported; " + error.hint());
  }
  Output& out = context.out();
  if (out.for_person()) {
    out.note(fmt::format("imported {} rows into \"{}\"", values.count(), shown(options.table)));
  } else {
    out.data(json_text({{"table", options.table}, {"rows", values.count()}, {"changes", changes.count}}, 2) +
             "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  required(add_file(arguments, "file", options->file,
                    "CSV with a header, a JSON array of objects, or JSON lines; - is stdin"));
  required(value_name(add_text(arguments, "--table", options->table, "Table to insert into"), "TABLE"));
  add_flag(arguments, "--create", options->create, "Create the table first, with types that fit the values");
  add_choice(arguments, "--format", options->format, {"csv", "json", "ndjson"},
             "Format of the file (default: from its name)");
  value_name(add_text(arguments, "--delimiter", options->delimiter,
                      "Field separator of a CSV: , ; tab or | (default: detected from the header)"),
             "CHAR");
  add_choice(arguments, "--encoding", options->encoding,
             {"utf-8", "latin1", "windows-1252", "utf-16", "utf-16le", "utf-16be"},
             "Encoding of the file, converted to UTF-8 (utf-8, or utf-16 if detected)");
  add_choice(arguments, "--on-conflict", options->on_conflict, {"fail", "ignore", "replace"},
             "What to do with a row whose key exists (fail: import nothing)");
  add_flag(arguments, "--unrestricted", options->unrestricted, "Plain SQLite without D1's rules and limits");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command import() {
  return {.names = {"import"},
          .summary = "Insert the rows of a CSV or JSON file, all or nothing",
          .examples = {"corral d1 import my-db users.csv --table users",
                       "corral d1 import my-db users.csv --table people --create",
                       "corral d1 execute my-db --command 'SELECT * FROM users' --format ndjson | corral d1 "
                       "import my-db - --table people --create"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
