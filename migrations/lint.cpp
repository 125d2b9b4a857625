#include "migrations/lint.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/words.hpp"
#include "migrations/query.hpp"
#include "migrations/script_file.hpp"

namespace corral::migrations {

namespace {

constexpr std::size_t max_statement_bytes = 100'000;
constexpr std::size_t looked_at_words = 400;

using Words = std::vector<std::string_view>;

bool is_word(const Words& words, std::size_t at, std::string_view keyword) {
  return at < words.size() && sql::is_keyword(words[at], keyword);
}

/// The name after a statement's keywords, without a schema name; empty if there is none.
std::string name_at(const Words& words, std::size_t at) {
  if (at + 2 < words.size() && words[at + 1] == ".") at += 2;
  return at < words.size() ? sql::unquoted(words[at]) : std::string();
}

/// The table that DROP TABLE [IF EXISTS] drops; empty for any other statement.
std::string dropped_table(const Words& words) {
  if (!is_word(words, 0, "DROP") || !is_word(words, 1, "TABLE")) return {};
  return name_at(words, is_word(words, 2, "IF") ? 4 : 2);
}

struct Alteration {
  std::string table;
  std::size_t action = 0;  ///< index of the token after the table's name
};

Alteration alteration(const Words& words) {
  if (!is_word(words, 0, "ALTER") || !is_word(words, 1, "TABLE")) return {};
  const std::size_t name = words.size() > 4 && words[3] == "." ? 4 : 2;
  return {.table = name_at(words, 2), .action = name + 1};
}

/// Whether the column definition starting at `at` is NOT NULL without a non-NULL DEFAULT.
bool needs_value(const Words& words, std::size_t at) {
  bool not_null = false;
  bool has_default = false;
  int depth = 0;
  for (; at < words.size(); ++at) {
    if (words[at] == "(") ++depth;
    if (words[at] == ")") --depth;
    if (depth > 0) continue;
    if (is_word(words, at, "NOT") && is_word(words, at + 1, "NULL")) not_null = true;
    if (is_word(words, at, "DEFAULT") && !is_word(words, at + 1, "NULL")) has_default = true;
    if (is_word(words, at, "AS")) has_default = true;  // a generated column
  }
  return not_null && !has_default;
}

/// The changes a file makes to whole tables.
struct TableChanges {
  std::set<std::string> renamed_to;  ///< lower-cased: dropping such a table is half of a rebuild
};

TableChanges changes_of(const MigrationFile& file) {
  TableChanges changes;
  ScriptFile script(file.path, file.name);
  sql::ScriptStatement statement;
  while (script.next(statement)) {
    const Words words = sql::first_words(statement.text, looked_at_words);
    const Alteration altered = alteration(words);
    if (!altered.table.empty() && is_word(words, altered.action, "RENAME") &&
        is_word(words, altered.action + 1, "TO")) {
      changes.renamed_to.insert(ascii_lower(name_at(words, altered.action + 2)));
    }
  }
  return changes;
}

class FileLinter {
 public:
  FileLinter(const MigrationFile& file, SqlDatabase& scratch,
             const std::function<void(const LintFinding&)>& found)
      : file_(file), scratch_(scratch), found_(found), changes_(changes_of(file)) {}

  void run() {
    ScriptFile script(file_.path, file_.name);
    sql::ScriptStatement statement;
    while (script.next(statement)) {
      place_ = statement.place;
      if (statement.text.size() > max_statement_bytes) {
        tell(true, "too-long",
             fmt::format("the statement has {} bytes; D1 takes {} at most", statement.text.size(),
                         max_statement_bytes),
             "split it; rows can come in several INSERTs");
        continue;
      }
      look_at(sql::first_words(statement.text, looked_at_words));
      try_out(statement);
    }
  }

 private:
  void tell(bool is_error, std::string_view rule, std::string message, std::string advice) {
    found_({.is_error = is_error,
            .rule = rule,
            .file = file_.name,
            .place = place_,
            .message = std::move(message),
            .advice = std::move(advice)});
  }

  void look_at(const Words& words) {
    if (const std::string table = dropped_table(words); !table.empty()) look_at_drop(table);
    const Alteration altered = alteration(words);
    if (altered.table.empty()) return;
    const std::size_t column = altered.action + (is_word(words, altered.action + 1, "COLUMN") ? 2 : 1);
    if (is_word(words, altered.action, "DROP") && column < words.size()) {
      tell(false, "drop-column",
           fmt::format("drops the column \"{}\" of \"{}\" with what is in it",
                       shown(sql::unquoted(words[column])), shown(altered.table)),
           "first deploy a Worker that does not use it any more");
    }
    if (is_word(words, altered.action, "ADD") && needs_value(words, column + 1)) {
      tell(
          false, "not-null",
          fmt::format(
              "adds the column \"{}\" to \"{}\" as NOT NULL without a default: fails once the table has rows",
              shown(sql::unquoted(words[column])), shown(altered.table)),
          "give it a DEFAULT");
    }
  }

  void look_at_drop(const std::string& table) {
    std::string children;
    for (const CascadingChild& child : children_of(scratch_, table)) {
      children += fmt::format("{}\"{}\" (ON DELETE {})", children.empty() ? "" : ", ", shown(child.table),
                              child.action);
    }
    if (!children.empty()) {
      tell(false, "cascade",
           fmt::format("drops \"{}\", which deletes its rows first and so changes those of {}", shown(table),
                       children),
           "foreign keys are on in a migration whatever PRAGMA foreign_keys says: copy the child's rows away "
           "and back, "
           "or rebuild the child without the foreign key first");
    } else if (!changes_.renamed_to.contains(ascii_lower(table))) {
      tell(false, "drop-table", fmt::format("drops the table \"{}\" with all its rows", shown(table)),
           "first deploy a Worker that does not use it any more");
    }
  }

  void try_out(const sql::ScriptStatement& statement) {
    try {
      change(scratch_, statement.text);
    } catch (const SqlError& error) {
      if (error.details().kind == ErrorKind::conflict) return;
      tell(true, "refused", error.details().text, error.details().hint);
    }
  }

  const MigrationFile& file_;
  SqlDatabase& scratch_;
  const std::function<void(const LintFinding&)>& found_;
  TableChanges changes_;
  sql::StatementPlace place_;
};

}  // namespace

void lint(const std::vector<MigrationFile>& files, SqlDatabase& scratch,
          const std::function<void(const LintFinding&)>& found) {
  for (const MigrationFile& file : files) FileLinter(file, scratch, found).run();
}

std::vector<CascadingChild> children_of(SqlDatabase& database, std::string_view table) {
  std::vector<CascadingChild> children;
  const std::string wanted = sql::quoted_text(ascii_lower(table));
  for (const TextRow& row : query(database,
                                  "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE "
                                  "'%references%' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")) {
    if (ascii_lower(row[0]) == ascii_lower(table)) continue;
    const std::string keys = fmt::format(
        "SELECT DISTINCT on_delete FROM pragma_foreign_key_list({}) WHERE lower(\"table\") = {} AND "
        "on_delete IN "
        "('CASCADE', 'SET NULL', 'SET DEFAULT')",
        sql::quoted_text(row[0]), wanted);
    for (const TextRow& action : query(database, keys)) {
      const bool has_rows =
          !query(database, fmt::format("SELECT 1 FROM {} LIMIT 1", sql::quoted_name(row[0]))).empty();
      children.push_back({.table = row[0], .action = action[0], .has_rows = has_rows});
    }
  }
  return children;
}

std::vector<std::string> dropped_tables(const MigrationFile& file) {
  std::vector<std::string> tables;
  ScriptFile script(file.path, file.name);
  sql::ScriptStatement statement;
  while (script.next(statement)) {
    std::string table = dropped_table(sql::first_words(statement.text, 6));
    if (!table.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace corral::migrations
