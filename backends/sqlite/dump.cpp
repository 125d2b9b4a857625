#include "backends/sqlite/dump.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/virtual_table.hpp"
#include "backends/sqlite/d1_allowed_names.hpp"
#include "backends/sqlite/schema.hpp"

namespace corral::sqlite {

namespace {

using Kind = TableDescription::Kind;

constexpr std::size_t flush_bytes = 65'536;
constexpr std::uint64_t rows_between_pulses = 1000;
constexpr std::string_view statistics = "sqlite_stat1";

class Dump {
 public:
  Dump(const Connection& connection, const SqlDumpOptions& options, ByteSink& sink)
      : connection_(connection), options_(options), sink_(sink) {}

  void run() {
    const ReadTransaction one_state(connection_);
    tables_ = describe_tables(connection_);
    check_wanted();
    statement("PRAGMA defer_foreign_keys=TRUE;");
    plain_tables();
    // An external content index is built from another table's rows, so it comes after all of them.
    for (const TableDescription& table : tables_) {
      if (table.kind == Kind::virtual_table && is_wanted(table.name)) virtual_table(table);
    }
    if (options_.tables.empty()) sequences();
    if (options_.schema) {
      schema_items("type = 'index'");
      schema_items(
          "type = 'trigger' AND tbl_name NOT IN (SELECT name FROM sqlite_schema WHERE type = 'view')");
      schema_items("type = 'view'");
      schema_items("type = 'trigger' AND tbl_name IN (SELECT name FROM sqlite_schema WHERE type = 'view')");
    }
    flush();
  }

 private:
  [[nodiscard]] bool is_wanted(const std::string& table) const {
    const auto holds = [&](const std::vector<std::string>& tables) {
      return std::find(tables.begin(), tables.end(), table) != tables.end();
    };
    return (options_.tables.empty() || holds(options_.tables)) && !holds(options_.without);
  }

  void check_wanted() const {
    for (const std::string& wanted : options_.tables) {
      const bool there = std::any_of(tables_.begin(), tables_.end(), [&](const TableDescription& table) {
        return table.name == wanted && table.kind != Kind::shadow;
      });
      if (!there)
        throw Error(ErrorKind::not_found, fmt::format("no table \"{}\" in this database", shown(wanted)));
    }
  }

  void statement(std::string_view sql) {
    begin_statement();
    buffer_ += sql;
  }

  void begin_statement() {
    if (!first_) buffer_ += '\n';
    first_ = false;
    if (buffer_.size() >= flush_bytes) flush();
  }

  void flush() {
    sink_.write(buffer_);
    buffer_.clear();
  }

  /// A row can be inserted only once the tables it may reference exist. With circular references, all tables
  /// are created before the first row.
  void plain_tables() {
    const TableOrder order = referred_to_first(connection_, tables_);
    for (const TableDescription* const table : order.tables) {
      if (!is_wanted(table->name)) continue;
      if (options_.schema) create(*table);
      if (options_.data && !order.has_circle) rows(table->name, stored_columns(connection_, table->name));
    }
    if (!options_.data || !order.has_circle) return;
    for (const TableDescription* const table : order.tables) {
      if (is_wanted(table->name)) rows(table->name, stored_columns(connection_, table->name));
    }
  }

  void create(const TableDescription& table) {
    constexpr std::string_view create = "CREATE TABLE ";
    const std::string_view rest = table.sql;
    if (table.name == statistics) {
      statement("ANALYZE sqlite_schema;");
    } else if (rest.starts_with("CREATE TABLE '") || rest.starts_with("CREATE TABLE \"")) {
      statement(fmt::format("CREATE TABLE IF NOT EXISTS {};", rest.substr(create.size())));
    } else {
      statement(table.sql + ";");
    }
  }

  void virtual_table(const TableDescription& table) {
    const sql::VirtualTable description = sql::read_virtual_table(table.sql);
    if (options_.schema) statement(table.sql + ";");
    if (!options_.data) return;
    const std::string name = sql::quoted_name(table.name);
    if (description.module == "fts5") settings(table.name);
    switch (description.content) {
      case sql::VirtualTable::Content::derived: break;
      case sql::VirtualTable::Content::external:
        statement(fmt::format("INSERT INTO {0}({0}) VALUES('rebuild');", name));
        break;
      case sql::VirtualTable::Content::none:
        options_.warn(
            fmt::format("the FTS5 table \"{}\" keeps no text (content=''), so its index cannot be exported; "
                        "fill it again from where the text is",
                        shown(table.name)));
        break;
      case sql::VirtualTable::Content::own: {
        std::vector<std::string> columns = stored_columns(connection_, table.name);
        if (description.module == "fts5") columns.insert(columns.begin(), "rowid");
        rows(table.name, columns);
      }
    }
  }

  /// Settings made with INSERT INTO fts(fts, rank), as FTS5 stores them (sqlite.org/fts5.html, "The config
  /// table").
  void settings(const std::string& table) {
    Statement list = connection_.prepare(fmt::format("SELECT k, v FROM {} WHERE k <> 'version' ORDER BY k",
                                                     sql::quoted_name(table + "_config")));
    while (list.step()) {
      begin_statement();
      buffer_ += fmt::format("INSERT INTO {0}({0},rank) VALUES(", sql::quoted_name(table));
      value(list.cell(0));
      buffer_ += ',';
      value(list.cell(1));
      buffer_ += ");";
    }
  }

  void rows(const std::string& table, const std::vector<std::string>& columns) {
    std::string names;
    for (const std::string& column : columns) {
      names += (names.empty() ? "" : ",") + (column == "rowid" ? column : sql::quoted_name(column));
    }
    const std::string insert = fmt::format("INSERT INTO {} ({}) VALUES(", sql::quoted_name(table), names);
    Statement select = connection_.prepare(fmt::format("SELECT {} FROM {}", names, sql::quoted_name(table)));
    const int count = static_cast<int>(columns.size());
    while (select.step()) {
      begin_statement();
      buffer_ += insert;
      for (int i = 0; i < count; ++i) {
        if (i > 0) buffer_ += ',';
        value(select.cell(i));
      }
      buffer_ += ");";
      if (++rows_ % rows_between_pulses == 0 && options_.pulse) options_.pulse(rows_);
    }
  }

  void value(const SqlCell& cell) {
    switch (cell.type) {
      case SqlType::null: buffer_ += "NULL"; break;
      case SqlType::integer: sql::append_integer(buffer_, cell.integer); break;
      case SqlType::real: sql::append_real(buffer_, cell.real); break;
      case SqlType::text: sql::append_text(buffer_, cell.bytes); break;
      case SqlType::blob: sql::append_blob(buffer_, cell.bytes); break;
    }
  }

  void sequences() {
    if (!connection_.has_table("sqlite_sequence")) return;
    if (options_.schema) statement("DELETE FROM sqlite_sequence;");
    if (options_.data) rows("sqlite_sequence", {"name", "seq"});
  }

  void schema_items(std::string_view condition) {
    Statement items = connection_.prepare(fmt::format(
        "SELECT name, tbl_name, sql FROM sqlite_schema WHERE {} AND sql IS NOT NULL ORDER BY rowid",
        condition));
    while (items.step()) {
      const std::string table(items.text(1));
      if (is_reserved_name(items.text(0)) || is_reserved_name(table) || !is_wanted(table)) continue;
      statement(std::string(items.text(2)) + ";");
    }
  }

  const Connection& connection_;
  const SqlDumpOptions& options_;
  ByteSink& sink_;
  std::vector<TableDescription> tables_;
  std::string buffer_;
  bool first_ = true;
  std::uint64_t rows_ = 0;
};

}  // namespace

void dump(const Connection& connection, const SqlDumpOptions& options, ByteSink& sink) {
  Dump(connection, options, sink).run();
}

}  // namespace corral::sqlite
