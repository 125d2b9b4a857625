#include "backends/cloudflare/d1_backend.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/cloudflare/d1_answer.hpp"
#include "backends/cloudflare/d1_databases.hpp"
#include "backends/cloudflare/d1_transfer.hpp"
#include "backends/cloudflare/d1_values.hpp"
#include "backends/error.hpp"
#include "backends/files/spool.hpp"
#include "backends/http/url.hpp"
#include "backends/sql_text/words.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

/// So many runs of statements go out as one request; more become a file.
constexpr std::size_t max_queries_a_request = 100;
constexpr std::size_t max_request_bytes = std::size_t{1} << 20U;

Error no_file(std::string_view what) {
  return {ErrorKind::unavailable, fmt::format("a database of an account has no {}", what),
          "'corral d1 export --remote' writes it as SQL"};
}

Error no_statement() {
  return {ErrorKind::invalid_input, "there is no SQL statement in this"};
}

std::string with_unix_line_ends(std::string_view text) {
  std::string changed;
  changed.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') changed += text[i];
  }
  return changed;
}

struct Nature {
  bool is_empty = true;
  bool only_reads = true;
};

Nature nature_of(std::string_view text) {
  MemorySource source(text);
  sql::StatementReader reader(source, "the SQL", text.size() + 1);
  sql::ScriptStatement statement;
  Nature nature;
  while (reader.next(statement)) {
    nature.is_empty = false;
    nature.only_reads = nature.only_reads && sql::only_reads(statement.text);
  }
  return nature;
}

/// Statements with their values: kept while they are few, then written as SQL to an unnamed file.
class Queries {
 public:
  void add(std::string_view statement, const std::vector<SqlValue>& values) {
    only_reads_ = only_reads_ && sql::only_reads(statement);
    if (!file_) {
      statements_.emplace_back(std::string(statement), values);
      bytes_ += statement.size();
      for (const SqlValue& value : values) bytes_ += value.bytes.size();
      if (statements_.size() <= max_queries_a_request && bytes_ <= max_request_bytes) return;
      file_ = make_nameless_file();
      for (const auto& [kept, kept_values] : statements_) write(kept, kept_values);
      statements_.clear();
      return;
    }
    write(statement, values);
  }

  [[nodiscard]] bool only_reads() const { return only_reads_; }
  [[nodiscard]] bool is_empty() const { return !file_ && statements_.empty(); }

  /// As the API takes them; nullopt: they are a file.
  [[nodiscard]] std::optional<Json> as_request() const {
    if (file_) return std::nullopt;
    Json batch = Json::array();
    for (const auto& [statement, values] : statements_) batch.push_back(with_values(statement, values));
    if (batch.size() == 1) return std::move(batch.front());
    return Json{{"batch", std::move(batch)}};
  }

  RereadableInput as_file() {
    flush();
    return {std::move(file_), "the statements"};
  }

 private:
  void write(std::string_view statement, const std::vector<SqlValue>& values) {
    buffer_ += with_literals(statement, values);
    buffer_ += ";\n";
    if (buffer_.size() > max_request_bytes) flush();
  }
  void flush() {
    write_fully(file_.get(), buffer_, "the temporary file");
    buffer_.clear();
  }

  std::vector<std::pair<std::string, std::vector<SqlValue>>> statements_;
  std::size_t bytes_ = 0;
  bool only_reads_ = true;
  FileDescriptor file_;
  std::string buffer_;
};

}  // namespace

std::string AccountSqlDatabase::path() const {
  return fmt::format("{}/d1/database/{}", session_->account_path(), http::path_segment(id_));
}

void AccountSqlDatabase::send(const Json& body, bool repeatable, SqlResults& results) {
  Json answer;
  try {
    answer = session_->api()
                 .call({.method = "POST",
                        .path = path() + "/query",
                        .body = write_json(body),
                        .repeatable = repeatable})
                 .result;
  } catch (const ApiError& error) {
    if (auto sql = sql_error_of(error)) throw SqlError(std::move(*sql));
    throw;
  }
  deliver(answer, results);
}

void AccountSqlDatabase::send_text(std::string_view text, SqlResults& results) {
  require_utf8(text, "the SQL");
  const Nature nature = nature_of(text);
  if (nature.is_empty) throw no_statement();
  send({{"sql", with_unix_line_ends(text)}}, nature.only_reads, results);
}

void AccountSqlDatabase::send_with_values(const SqlBatch& batch, SqlResults& results) {
  Queries queries;
  sql::ScriptStatement statement;
  while (batch.statements.next(statement)) {
    const std::vector<std::string> names = parameter_names(statement.text);
    if (names.empty()) {
      queries.add(statement.text, {});
      continue;
    }
    batch.parameters->begin(statement, names);
    while (const std::vector<SqlValue>* values = batch.parameters->next()) {
      queries.add(statement.text, *values);
      if (batch.pulse) batch.pulse();
    }
  }
  batch.parameters->end();
  if (queries.is_empty()) throw no_statement();
  if (const auto request = queries.as_request()) {
    send(*request, queries.only_reads(), results);
  } else {
    D1Transfer(*session_, path(), batch.pulse).import(queries.as_file(), results);
  }
}

void AccountSqlDatabase::run(const SqlBatch& batch, SqlResults& results) {
  if (batch.roll_back) {
    throw Error(ErrorKind::unavailable, "D1 cannot run SQL on trial: what it has run stays",
                "try it on local state: leave --remote out");
  }
  if (batch.parameters != nullptr) {
    send_with_values(batch, results);
  } else if (batch.source != nullptr && batch.source->text) {
    send_text(*batch.source->text, results);
  } else if (batch.source != nullptr) {
    D1Transfer(*session_, path(), batch.pulse).import(*batch.source->file(), results);
  } else {
    std::string text;
    sql::ScriptStatement statement;
    while (batch.statements.next(statement)) {
      if (!text.empty()) text += '\n';
      text += statement.text;
      if (statement.has_end) text += ';';
    }
    send_text(text, results);
  }
}

namespace {

/// The tables in which a virtual table keeps its content (sqlite.org/vtab.html#xshadowname).
bool is_shadow(std::string_view name, const std::vector<SqlSchemaItem>& schema) {
  static constexpr std::array<std::string_view, 12> suffixes = {"data",     "idx",    "content", "docsize",
                                                                "config",   "node",   "rowid",   "parent",
                                                                "segments", "segdir", "stat",    "instance"};
  const std::size_t line = name.rfind('_');
  if (line == std::string_view::npos) return false;
  const bool known = std::find(suffixes.begin(), suffixes.end(), name.substr(line + 1)) != suffixes.end();
  return known && std::any_of(schema.begin(), schema.end(), [&](const SqlSchemaItem& item) {
           return item.type == "virtual" && item.name == name.substr(0, line);
         });
}

class SchemaItems final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override {
    SqlSchemaItem& item = items.emplace_back();
    item.type = row[0].bytes;
    item.name = row[1].bytes;
    item.table = row[2].bytes;
    item.sql = row[3].bytes;
    const std::vector<std::string_view> words = sql::first_words(item.sql, 2);
    if (item.type == "table" && words.size() == 2 && sql::is_keyword(words[1], "VIRTUAL"))
      item.type = "virtual";
  }
  void end(const SqlStatementStats&) override {}

  std::vector<SqlSchemaItem> items;
};

}  // namespace

SqlDatabaseInfo AccountSqlDatabase::info(bool /*count_rows*/) {
  SchemaItems found;
  send_text(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE "
      "'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY rowid",
      found);
  SqlDatabaseInfo info;
  for (const SqlSchemaItem& item : found.items) {
    if (item.type != "table" || !is_shadow(item.name, found.items)) info.schema.push_back(item);
  }
  return info;
}

void AccountSqlDatabase::dump(const SqlDumpOptions& options, ByteSink& sink) {
  const auto pulse = [&] {
    if (options.pulse) options.pulse(0);
  };
  D1Transfer(*session_, path(), pulse).dump(options, sink);
}

void AccountSqlDatabase::copy_to(const std::filesystem::path& /*file*/) {
  throw no_file("file to copy");
}

void AccountSqlDatabase::replace_from(const std::filesystem::path& /*file*/) {
  throw no_file("file to replace");
}

std::unique_ptr<PageSource> AccountSqlDatabase::pages() {
  throw no_file("pages to read");
}

std::uint64_t AccountSqlDatabase::replace_from(PageSource& /*pages*/) {
  throw no_file("pages to replace");
}

void AccountSqlDatabase::purge() {
  throw no_file("pages to rewrite");
}

std::filesystem::path AccountSqlDatabase::file() const {
  throw no_file("file");
}

std::unique_ptr<SqlDatabase> AccountSqlBackend::open(std::string_view id, const SqlOpenOptions& /*options*/) {
  return std::make_unique<AccountSqlDatabase>(session_, std::string(id));
}

void AccountSqlBackend::drop(std::string_view id) {
  AccountD1Databases(session_).remove(id);
}

}  // namespace corral::cloudflare
