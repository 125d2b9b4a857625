#include "migrations/schema.hpp"

#include <algorithm>

#include "backends/bytes/text.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/token.hpp"
#include "backends/sql_text/words.hpp"
#include "migrations/booked_batch.hpp"
#include "migrations/query.hpp"
#include "migrations/schema_change.hpp"

namespace corral::migrations {

Schema read_schema(SqlDatabase& database, std::string_view migrations_table) {
  Schema schema;
  for (SqlSchemaItem& item : database.info(false).schema) {
    if (ascii_lower(item.table) == ascii_lower(migrations_table)) continue;
    // A plain table may be replaced by a virtual one of the same name, so both have one kind.
    const std::string kind = item.type == "virtual" ? "table" : item.type;
    schema.insert_or_assign({kind, ascii_lower(item.name)}, std::move(item));
  }
  return schema;
}

void create_schema(const Schema& schema, SqlDatabase& to) {
  for (const std::string& statement : schema_statements(schema)) change(to, statement);
}

void copy_schema(SqlDatabase& from, std::string_view migrations_table, SqlDatabase& to) {
  create_schema(read_schema(from, migrations_table), to);
}

std::string normalized(std::string_view sql) {
  std::string text;
  while (!sql.empty()) {
    const sql::Token token = sql::first_token(sql, true);
    const std::string_view word = sql.substr(0, token.length);
    sql.remove_prefix(token.length);
    if (token.kind == sql::TokenKind::space) continue;
    if (!text.empty()) text += ' ';
    if (token.kind != sql::TokenKind::quoted) {
      text += ascii_lower(word);
    } else if (word.front() == '\'') {
      text += word;
    } else {
      text += ascii_lower(sql::unquoted(word));
    }
  }
  return text;
}

bool is_same(const Schema& a, const Schema& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.first == other.first && normalized(one.second.sql) == normalized(other.second.sql);
  });
}

void replay(SqlDatabase& database, const std::vector<MigrationFile>& files) {
  for (const MigrationFile& file : files) {
    BookedBatch batch({{.name = file.name, .path = file.path, .bookkeeping = {"SELECT 1"}}}, nullptr, {});
    try {
      database.run({.statements = batch}, batch);
    } catch (const SqlError& error) {
      SqlError::Details details = error.details();
      details.script = file.name;
      throw SqlError(std::move(details));
    }
  }
}

}  // namespace corral::migrations
