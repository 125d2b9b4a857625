#include "backends/sqlite/schema.hpp"

#include <map>

#include "backends/sqlite/d1_dialect_words.hpp"

namespace corral::sqlite {

std::vector<TableDescription> describe_tables(const Connection& connection) {
  using Kind = TableDescription::Kind;
  std::map<std::string, Kind, std::less<>> kinds;
  Statement list = connection.prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main'");
  while (list.step()) {
    const std::string_view type = list.text(1);
    kinds[std::string(list.text(0))] = type == "virtual"  ? Kind::virtual_table
                                       : type == "shadow" ? Kind::shadow
                                       : type == "view"   ? Kind::view
                                                          : Kind::table;
  }
  std::vector<TableDescription> tables;
  Statement schema = connection.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND (name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR name = 'sqlite_stat1') "
      "ORDER BY rowid");
  while (schema.step()) {
    TableDescription table;
    table.name = schema.text(0);
    table.sql = schema.text(1);
    if (is_reserved_name(table.name)) continue;
    const auto kind = kinds.find(table.name);
    if (kind != kinds.end()) table.kind = kind->second;
    tables.push_back(std::move(table));
  }
  return tables;
}

std::vector<std::string> stored_columns(const Connection& connection, const std::string& table) {
  std::vector<std::string> columns;
  Statement info = connection.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid");
  info.bind(1, std::string_view(table));
  while (info.step()) columns.emplace_back(info.text(0));
  return columns;
}

}  // namespace corral::sqlite
