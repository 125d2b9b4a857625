#include "backends/sql_copy/database_copy.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_copy/dump_source.hpp"
#include "backends/sql_copy/ordered_rows.hpp"
#include "backends/sql_copy/query_rows.hpp"
#include "backends/sql_copy/table_layout.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/script.hpp"

namespace corral::sql_copy {

namespace {

using Content = sql::VirtualTable::Content;

/// A row of D1 has 2 MB at most, and a blob twice that many digits.
constexpr std::size_t max_dumped_statement = std::size_t{16} << 20U;
constexpr std::uint64_t rows_between_pulses = 256;

/// Feeds the rows of a table to an INSERT.
class RowValues final : public SqlParameters {
 public:
  RowValues(OrderedRows& rows, bool with_rowid, std::function<void()> each)
      : rows_(rows), with_rowid_(with_rowid), each_(std::move(each)) {}

  void begin(const sql::ScriptStatement& /*statement*/, const std::vector<std::string>& /*names*/) override {}
  const std::vector<SqlValue>* next() override {
    const OrderedRows::Row* const row = rows_.next();
    if (row == nullptr) return nullptr;
    each_();
    if (!with_rowid_) return &row->values;
    values_.assign(1, row->rowid);
    values_.insert(values_.end(), row->values.begin(), row->values.end());
    return &values_;
  }

 private:
  OrderedRows& rows_;
  bool with_rowid_;
  std::function<void()> each_;
  std::vector<SqlValue> values_;
};

class ChangeCount final : public SqlResults {
 public:
  explicit ChangeCount(const std::function<void(std::uint64_t)>& changed) : changed_(changed) {}
  void begin(const sql::ScriptStatement& /*statement*/,
             const std::vector<std::string>& /*columns*/) override {}
  void row(SqlRow /*row*/) override {}
  void end(const SqlStatementStats& stats) override {
    if (changed_ && stats.changes > 0) changed_(static_cast<std::uint64_t>(stats.changes));
  }

 private:
  const std::function<void(std::uint64_t)>& changed_;
};

class Copier {
 public:
  Copier(SqlDatabase& from, SqlDatabase& to, const CopyOptions& options)
      : from_(from),
        to_(to),
        options_(options),
        schema_(from.info(false).schema),
        tables_(read_layouts(from, schema_)) {
    for (const std::string& name : options.tables) require(name);
    for (const auto& [name, condition] : options.conditions) require(name);
  }

  CopyResult run() {
    run_alone(to_, "PRAGMA foreign_keys = OFF");
    create({"table", "virtual"});
    copy_rows();
    if (result_.rows != 0) copy_sequences();
    create({"index"});
    create_triggers(false);
    create({"view"});
    create_triggers(true);
    run_alone(to_, "PRAGMA foreign_keys = ON");
    result_.tables = tables_.size();
    return result_;
  }

 private:
  void require(const std::string& name) const {
    if (find_table(tables_, name) == nullptr)
      throw Error(ErrorKind::not_found, fmt::format("no table \"{}\" in this database", shown(name)));
  }

  void create(const std::vector<std::string>& types) {
    std::vector<std::string> statements;
    for (const SqlSchemaItem& item : schema_) {
      if (std::find(types.begin(), types.end(), item.type) != types.end()) statements.push_back(item.sql);
    }
    run_statements(to_, statements);
  }

  /// A trigger INSTEAD OF needs its view, and a view may be used by other triggers.
  void create_triggers(bool of_views) {
    std::vector<std::string> statements;
    for (const SqlSchemaItem& item : schema_) {
      if (item.type != "trigger") continue;
      const bool is_of_view = find_table(tables_, item.table) == nullptr;
      if (is_of_view == of_views) statements.push_back(item.sql);
    }
    run_statements(to_, statements);
  }

  [[nodiscard]] bool is_wanted(const std::string& name) const {
    const auto holds = [&](const std::vector<std::string>& names) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& one) { return ascii_lower(one) == ascii_lower(name); });
    };
    if (holds(options_.always)) return true;
    return options_.data && (options_.tables.empty() || holds(options_.tables));
  }

  [[nodiscard]] const std::string& condition_of(const std::string& table) const {
    for (const auto& [name, condition] : options_.conditions) {
      if (ascii_lower(name) == ascii_lower(table)) return condition;
    }
    return every_row;
  }

  void copy_rows() {
    const bool is_account = !from_.traits().interactive;
    const bool any_virtual = std::any_of(tables_.begin(), tables_.end(), [](const TableLayout& table) {
      return table.virtual_table.has_value();
    });
    std::vector<std::string> dumped;
    std::vector<const TableLayout*> read;
    bool all_dumped = true;
    for (const TableLayout& table : tables_) {
      const bool wanted = is_wanted(table.name);
      const bool by_pages = (is_account && any_virtual) || !condition_of(table.name).empty();
      all_dumped = all_dumped && wanted && !by_pages;
      if (!wanted) continue;
      if (by_pages) {
        read.push_back(&table);
      } else {
        dumped.push_back(table.name);
      }
    }
    if (!dumped.empty() && !load_dump(all_dumped ? std::vector<std::string>{} : dumped)) {
      for (const std::string& name : dumped) read.push_back(find_table(tables_, name));
      dumped.clear();
    }
    for (const TableLayout* const table : read) read_table(*table);
    // An index over another table is built from its rows, so it comes after all of them.
    for (const TableLayout* const table : read) {
      if (table->virtual_table && table->virtual_table->content == Content::external) rebuild(*table);
    }
    result_.is_of_one_moment = read.empty() || (read.size() == 1 && dumped.empty());
  }

  void count(std::uint64_t rows) {
    result_.rows += rows;
    if (options_.pulse && result_.rows - told_ >= rows_between_pulses) {
      told_ = result_.rows;
      options_.pulse(result_.rows);
    }
  }

  /// False: the account's database cannot be exported, or what D1 exports is not SQL that loads.
  bool load_dump(const std::vector<std::string>& tables) {
    try {
      run_dump(tables);
      return true;
    } catch (const Error& error) {
      const bool is_refused = error.kind() == ErrorKind::invalid_input || error.kind() == ErrorKind::limit ||
                              error.kind() == ErrorKind::conflict;
      if (!is_refused || from_.traits().interactive) throw;
      result_.rows = told_ = 0;
      return false;
    }
  }

  void run_dump(const std::vector<std::string>& tables) {
    SqlDumpOptions wanted{.schema = false, .data = true, .tables = tables};
    std::vector<std::string> warnings;  // given by the dump's own thread
    wanted.warn = [&](const std::string& sentence) { warnings.push_back(sentence); };
    {
      DumpSource source(from_, std::move(wanted));
      sql::StatementReader reader(source, "the export", max_dumped_statement);
      sql::Script script(reader, "the export");
      const std::function<void(std::uint64_t)> counted = [this](std::uint64_t rows) { count(rows); };
      ChangeCount results(counted);
      to_.run({.statements = script}, results);
    }
    for (const std::string& sentence : warnings) {
      if (options_.warn) options_.warn(sentence);
    }
  }

  void read_table(const TableLayout& table) {
    const bool is_fts = table.virtual_table && table.virtual_table->module == "fts5";
    if (is_fts) copy_settings(table);
    const Content content = table.virtual_table ? table.virtual_table->content : Content::own;
    if (content == Content::none && options_.warn) {
      options_.warn(
          fmt::format("the FTS5 table \"{}\" keeps no text (content=''), so its index cannot be "
                      "copied; fill it again from where the text is",
                      shown(table.name)));
    }
    if (content != Content::own) return;
    insert_rows(table);
  }

  void insert_rows(const TableLayout& table) {
    // R*Tree has the rowid for its first column.
    const bool with_rowid =
        !table.rowid.empty() && !(table.virtual_table && table.virtual_table->module != "fts5");
    std::string names = with_rowid ? table.rowid : "";
    std::string marks = with_rowid ? "?" : "";
    for (const std::string& column : table.columns) {
      names += (names.empty() ? "" : ", ") + sql::quoted_name(column);
      marks += marks.empty() ? "?" : ", ?";
    }
    const std::string insert =
        fmt::format("INSERT INTO {} ({}) VALUES ({})", sql::quoted_name(table.name), names, marks);
    OrderedRows rows(from_, table, full_order(table), condition_of(table.name), [this] {
      if (options_.pulse) options_.pulse(result_.rows);
    });
    RowValues values(rows, with_rowid, [this] { count(1); });
    run_for_each(to_, insert, values);
  }

  /// Settings made with INSERT INTO fts(fts, rank), as FTS5 stores them (sqlite.org/fts5.html, "The config
  /// table").
  void copy_settings(const TableLayout& table) {
    std::vector<std::string> statements;
    query_rows(from_,
               fmt::format("SELECT k, v FROM {} WHERE k <> 'version' ORDER BY k",
                           sql::quoted_name(table.name + "_config")),
               {}, [&](SqlRow row) {
                 std::string value;
                 switch (row[1].type) {
                   case SqlType::integer: sql::append_integer(value, row[1].integer); break;
                   case SqlType::real: sql::append_real(value, row[1].real); break;
                   case SqlType::null: value = "NULL"; break;
                   default: sql::append_text(value, row[1].bytes);
                 }
                 statements.push_back(fmt::format("INSERT INTO {0}({0}, rank) VALUES({1}, {2})",
                                                  sql::quoted_name(table.name),
                                                  sql::quoted_text(row[0].bytes), value));
               });
    run_statements(to_, statements);
  }

  void rebuild(const TableLayout& table) {
    run_statements(to_,
                   {fmt::format("INSERT INTO {0}({0}) VALUES('rebuild')", sql::quoted_name(table.name))});
  }

  /// The counters of AUTOINCREMENT, which may be ahead of the rows.
  void copy_sequences() {
    bool any = false;
    query_rows(to_, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'", {},
               [&](SqlRow /*row*/) { any = true; });
    if (!any) return;
    std::vector<std::string> statements{"DELETE FROM sqlite_sequence"};
    query_rows(from_, "SELECT name AS a, quote(seq) AS b FROM sqlite_sequence", {}, [&](SqlRow row) {
      if (!is_wanted(std::string(row[0].bytes))) return;
      statements.push_back(fmt::format("INSERT INTO sqlite_sequence (name, seq) VALUES ({}, {})",
                                       sql::quoted_text(row[0].bytes), row[1].bytes));
    });
    run_statements(to_, statements);
  }

  SqlDatabase& from_;
  SqlDatabase& to_;
  const CopyOptions& options_;
  std::vector<SqlSchemaItem> schema_;
  std::vector<TableLayout> tables_;
  CopyResult result_;
  std::uint64_t told_ = 0;
};

}  // namespace

CopyResult copy_database(SqlDatabase& from, SqlDatabase& to, const CopyOptions& options) {
  for (const auto& [table, condition] : options.conditions)
    check_condition(condition, fmt::format("the condition for \"{}\"", shown(table)));
  return Copier(from, to, options).run();
}

}  // namespace corral::sql_copy
