#include "migrations/schema_change.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/token.hpp"
#include "backends/sql_text/words.hpp"
#include "migrations/query.hpp"

namespace corral::migrations {

namespace {

constexpr std::array<std::string_view, 4> kinds_in_order = {"table", "index", "view", "trigger"};

/// A column in a CREATE TABLE.
struct Column {
  std::string name;
  std::string definition;  ///< as written, name included
};

bool begins_constraint(std::string_view word) {
  constexpr std::array<std::string_view, 5> keywords = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK",
                                                        "FOREIGN"};
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](std::string_view keyword) { return sql::is_keyword(word, keyword); });
}

/// Splits the contents of the outermost parentheses at its commas.
std::vector<std::string_view> definitions_in(std::string_view create) {
  std::vector<std::string_view> definitions;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t at = 0; at < create.size();) {
    const sql::Token token = sql::first_token(create.substr(at), true);
    const std::string_view word = create.substr(at, token.length);
    if (word == "(" && ++depth == 1) start = at + 1;
    if ((word == "," && depth == 1) || (word == ")" && depth == 1)) {
      definitions.push_back(create.substr(start, at - start));
      start = at + 1;
    }
    if (word == ")" && --depth == 0) break;
    at += token.length;
  }
  return definitions;
}

std::vector<Column> columns_of(std::string_view create) {
  std::vector<Column> columns;
  for (const std::string_view definition : definitions_in(create)) {
    const std::vector<std::string_view> words = sql::first_words(definition, 1);
    if (words.empty() || begins_constraint(words.front())) continue;
    const auto first = static_cast<std::size_t>(words.front().data() - definition.data());
    const std::size_t last = definition.find_last_not_of(" \t\r\n");
    columns.push_back({.name = sql::unquoted(words.front()),
                       .definition = std::string(definition.substr(first, last + 1 - first))});
  }
  return columns;
}

bool has_column(const std::vector<Column>& columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const Column& column) { return ascii_lower(column.name) == ascii_lower(name); });
}

bool is_generated(const Column& column) {
  return (" " + normalized(column.definition)).find(" as (") != std::string::npos;
}

/// A CREATE TABLE with another name. SQLite stores these as CREATE TABLE name ...
std::string renamed(const std::string& create, std::string_view name) {
  const std::vector<std::string_view> words = sql::first_words(create, 3);
  const auto end = static_cast<std::size_t>(words[2].data() + words[2].size() - create.data());
  return fmt::format("CREATE TABLE {}{}", sql::quoted_name(name), create.substr(end));
}

/// ALTER TABLE statements that may turn one definition into the other, if they differ only in columns.
std::vector<std::string> alterations(const SqlSchemaItem& from, const SqlSchemaItem& to) {
  const std::vector<Column> before = columns_of(from.sql);
  const std::vector<Column> after = columns_of(to.sql);
  const std::string table = sql::quoted_name(to.name);
  std::vector<std::string> statements;
  for (const Column& column : before) {
    if (!has_column(after, column.name)) {
      statements.push_back(
          fmt::format("ALTER TABLE {} DROP COLUMN {}", table, sql::quoted_name(column.name)));
    }
  }
  for (const Column& column : after) {
    if (!has_column(before, column.name))
      statements.push_back(fmt::format("ALTER TABLE {} ADD COLUMN {}", table, column.definition));
  }
  return statements;
}

bool gives(const MakeScratch& make_scratch, const std::vector<std::string>& first,
           const std::vector<std::string>& then, const Schema& wanted) {
  try {
    const std::unique_ptr<SqlDatabase> scratch = make_scratch();
    for (const std::vector<std::string>* statements : {&first, &then}) {
      for (const std::string& statement : *statements) change(*scratch, statement);
    }
    return is_same(read_schema(*scratch, ""), wanted);
  } catch (const SqlError&) {
    return false;
  }
}

/// Determines the statements, kind by kind.
class Differ {
 public:
  Differ(const Schema& from, const Schema& to, const MakeScratch& make_scratch)
      : from_(from), to_(to), make_scratch_(make_scratch) {}

  SchemaChange run() {
    for (const auto& [key, item] : from_) {
      if (key.first == "table") look_at_old_table(key, item);
    }
    for (const auto& [key, item] : to_) {
      if (key.first == "table" && !from_.contains(key)) create_.push_back(item.sql);
    }
    for (const std::string kind : {"trigger", "view", "index"}) drop_others(kind);
    change_.statements.insert(change_.statements.end(), create_.begin(), create_.end());
    change_.statements.insert(change_.statements.end(), tables_.begin(), tables_.end());
    for (const std::string kind : {"index", "view", "trigger"}) create_others(kind);
    change_.is_proved = gives(make_scratch_, schema_statements(from_), change_.statements, to_);
    return std::move(change_);
  }

 private:
  using Key = Schema::key_type;

  void look_at_old_table(const Key& key, const SqlSchemaItem& before) {
    const auto found = to_.find(key);
    if (found == to_.end()) {
      gone_.insert(key.second);
      tables_.push_back("DROP TABLE " + sql::quoted_name(before.name));
      return;
    }
    const SqlSchemaItem& after = found->second;
    if (normalized(before.sql) == normalized(after.sql)) return;
    if (before.type != "table" || after.type != "table") {
      gone_.insert(key.second);
      tables_.push_back("DROP TABLE " + sql::quoted_name(before.name));
      tables_.push_back(after.sql);
      change_.rebuilt.push_back(after.name);
      return;
    }
    const std::vector<std::string> altered = alterations(before, after);
    if (!altered.empty() && gives(make_scratch_, {before.sql}, altered, {{key, after}})) {
      tables_.insert(tables_.end(), altered.begin(), altered.end());
    } else {
      rebuild(before, after);
      gone_.insert(key.second);
    }
  }

  void rebuild(const SqlSchemaItem& before, const SqlSchemaItem& after) {
    std::string name = "new_" + after.name;
    while (from_.contains({"table", ascii_lower(name)}) || to_.contains({"table", ascii_lower(name)}))
      name += "_";
    std::string columns;
    const std::vector<Column> old_columns = columns_of(before.sql);
    for (const Column& column : columns_of(after.sql)) {
      if (!has_column(old_columns, column.name) || is_generated(column)) continue;
      columns += (columns.empty() ? "" : ", ") + sql::quoted_name(column.name);
    }
    tables_.push_back(renamed(after.sql, name));
    if (!columns.empty()) {
      tables_.push_back(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", sql::quoted_name(name), columns,
                                    columns, sql::quoted_name(before.name)));
    }
    tables_.push_back("DROP TABLE " + sql::quoted_name(before.name));
    tables_.push_back(
        fmt::format("ALTER TABLE {} RENAME TO {}", sql::quoted_name(name), sql::quoted_name(after.name)));
    change_.rebuilt.push_back(after.name);
  }

  /// Whether a non-table item must be recreated although it is unchanged: indexes and triggers are dropped
  /// with their table, and ALTER TABLE fails while a view or trigger refers to a missing table.
  [[nodiscard]] bool goes_with_tables(const SqlSchemaItem& item) const {
    if (item.type == "index") return gone_.contains(ascii_lower(item.table));
    return !tables_.empty();
  }
  [[nodiscard]] bool stays(const Key& key, const SqlSchemaItem& item) const {
    const auto found = to_.find(key);
    return found != to_.end() && normalized(found->second.sql) == normalized(item.sql) &&
           !goes_with_tables(item);
  }

  void drop_others(const std::string& kind) {
    for (const auto& [key, item] : from_) {
      if (key.first != kind || stays(key, item)) continue;
      if (kind == "index" && gone_.contains(ascii_lower(item.table))) continue;
      change_.statements.push_back(fmt::format("DROP {} {}",
                                               kind == "index"  ? "INDEX"
                                               : kind == "view" ? "VIEW"
                                                                : "TRIGGER",
                                               sql::quoted_name(item.name)));
    }
  }
  void create_others(const std::string& kind) {
    for (const auto& [key, item] : to_) {
      if (key.first != kind) continue;
      const auto before = from_.find(key);
      if (before == from_.end() || !stays(key, before->second)) change_.statements.push_back(item.sql);
    }
  }

  const Schema& from_;
  const Schema& to_;
  const MakeScratch& make_scratch_;
  SchemaChange change_;
  std::vector<std::string> create_;
  std::vector<std::string> tables_;  ///< changes to existing tables
  std::set<std::string> gone_;       ///< dropped tables and everything that belongs to them
};

}  // namespace

SchemaChange schema_change(const Schema& from, const Schema& to, const MakeScratch& make_scratch) {
  return Differ(from, to, make_scratch).run();
}

std::vector<std::string> schema_statements(const Schema& schema) {
  std::vector<std::string> statements;
  for (const std::string_view kind : kinds_in_order) {
    for (const auto& [key, item] : schema) {
      if (key.first == kind) statements.push_back(item.sql);
    }
  }
  return statements;
}

}  // namespace corral::migrations
