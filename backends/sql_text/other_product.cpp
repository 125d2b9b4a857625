#include "backends/sql_text/other_product.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "backends/sql_text/words.hpp"

namespace corral::sql {

namespace {

constexpr std::string_view mysql = "MySQL";
constexpr std::string_view postgresql = "PostgreSQL";

/// Enough words to recognise a product: the evidence is at the start of a statement or of a column
/// definition.
constexpr std::size_t looked_at_words = 2000;

using Words = std::vector<std::string_view>;
using Keywords = std::initializer_list<std::string_view>;

bool is_any(std::string_view word, Keywords keywords) {
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](std::string_view keyword) { return is_keyword(word, keyword); });
}

/// Whether the statement contains this word sequence.
bool has(const Words& words, Keywords sequence) {
  return std::search(words.begin(), words.end(), sequence.begin(), sequence.end(),
                     [](std::string_view word, std::string_view keyword) {
                       return is_keyword(word, keyword);
                     }) != words.end();
}

bool starts_with(const Words& words, Keywords sequence) {
  return words.size() >= sequence.size() && std::equal(sequence.begin(), sequence.end(), words.begin(),
                                                       [](std::string_view keyword, std::string_view word) {
                                                         return is_keyword(word, keyword);
                                                       });
}

bool is_backticked(std::string_view word) {
  return word.starts_with('`');
}

/// SET name = value, which only these two products have.
std::string_view product_of_setting(std::string_view name) {
  if (name.starts_with('@') ||
      is_any(name, {"NAMES", "CHARACTER", "SQL_MODE", "FOREIGN_KEY_CHECKS", "UNIQUE_CHECKS", "SQL_NOTES",
                    "AUTOCOMMIT", "TIME_ZONE", "GLOBAL", "SQL_QUOTE_SHOW_CREATE"})) {
    return mysql;
  }
  if (is_any(name, {"SEARCH_PATH", "STATEMENT_TIMEOUT", "LOCK_TIMEOUT", "CLIENT_ENCODING", "ROW_SECURITY",
                    "IDLE_IN_TRANSACTION_SESSION_TIMEOUT", "TRANSACTION_TIMEOUT", "XMLOPTION",
                    "STANDARD_CONFORMING_STRINGS", "CHECK_FUNCTION_BODIES", "CLIENT_MIN_MESSAGES",
                    "DEFAULT_TABLESPACE", "DEFAULT_TABLE_ACCESS_METHOD", "DEFAULT_WITH_OIDS"})) {
    return postgresql;
  }
  return {};
}

bool is_mysql(const Words& words, std::string_view statement) {
  if (starts_with(words, {"LOCK", "TABLES"}) || starts_with(words, {"UNLOCK", "TABLES"}) ||
      is_keyword(words.front(), "DELIMITER") || starts_with(words, {"INSERT", "IGNORE"})) {
    return true;
  }
  if (has(words, {"AUTO_INCREMENT"}) || has(words, {"ENGINE", "="}) || has(words, {"DEFAULT", "CHARSET"}) ||
      has(words, {"CHARACTER", "SET"}) || has(words, {"ON", "DUPLICATE", "KEY"}) ||
      has(words, {"ON", "UPDATE", "CURRENT_TIMESTAMP"}) || has(words, {"DEFINER", "="}) ||
      has(words, {"ENUM", "("})) {
    return true;
  }
  // Backticked names alone prove nothing, as SQLite accepts them too.
  if (std::none_of(words.begin(), words.end(), is_backticked)) return false;
  return is_keyword(words.front(), "USE") || starts_with(words, {"CREATE", "DATABASE"}) ||
         has(words, {"MODIFY"}) || has(words, {"ADD", "KEY"}) || has(words, {"ADD", "PRIMARY", "KEY"}) ||
         has(words, {"ADD", "UNIQUE", "KEY"}) || has(words, {"ADD", "CONSTRAINT"}) ||
         has(words, {",", "KEY"}) || has(words, {",", "UNIQUE", "KEY"}) || has(words, {"UNSIGNED"}) ||
         (is_keyword(words.front(), "INSERT") && statement.find("\\'") != std::string_view::npos);
}

bool is_postgresql(const Words& words, std::string_view statement) {
  // A command of psql: \connect, \restrict, the \. at the end of a COPY.
  if (statement.starts_with('\\')) return true;
  if (is_keyword(words.front(), "COPY") && (has(words, {"FROM", "STDIN"}) || has(words, {"TO", "STDOUT"})))
    return true;
  if (starts_with(words, {"CREATE"}) && words.size() > 1 &&
      is_any(words[1], {"EXTENSION", "SEQUENCE", "TYPE", "SCHEMA", "DOMAIN", "FUNCTION", "MATERIALIZED"})) {
    return true;
  }
  if (has(words, {"ALTER", "TABLE", "ONLY"}) || has(words, {"OWNER", "TO"}) ||
      has(words, {"PG_CATALOG", "."}) || has(words, {"INTO", "PUBLIC", "."}) ||
      has(words, {"TABLE", "PUBLIC", "."}) || has(words, {"EXISTS", "PUBLIC", "."}) ||
      has(words, {"NEXTVAL", "("}) || has(words, {"COMMENT", "ON"}) || has(words, {"OWNED", "BY"}) ||
      has(words, {"GENERATED", "BY", "DEFAULT"})) {
    return true;
  }
  // 'x'::text: two colons, which SQLite tokenizes separately.
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == ":" && words[i + 1].starts_with(':') && words[i].data() + 1 == words[i + 1].data())
      return true;
  }
  return false;
}

}  // namespace

std::string_view other_product(std::string_view statement) {
  const Words words = first_words(statement, looked_at_words);
  if (words.empty()) return {};
  if (is_keyword(words.front(), "SET")) return words.size() > 1 ? product_of_setting(words[1]) : "";
  if (is_mysql(words, statement)) return mysql;
  if (is_postgresql(words, statement)) return postgresql;
  return {};
}

std::string_view advice_for_product(std::string_view product) {
  if (product == mysql) {
    return "this is MySQL's SQL, not SQLite's: convert the dump first (mysql2sqlite), or write each table as "
           "CSV and use 'corral d1 import'";
  }
  if (product.empty()) return {};
  return "this is PostgreSQL's SQL, not SQLite's: write each table as CSV (psql: \\copy TABLE TO 'FILE' CSV "
         "HEADER) and use 'corral d1 import'";
}

}  // namespace corral::sql
