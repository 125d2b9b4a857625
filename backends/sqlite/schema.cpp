#include "backends/sqlite/schema.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "backends/sqlite/d1_dialect_words.hpp"
#include "backends/text.hpp"

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
      "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND (name NOT LIKE 'sqlite\\_%' "
      "ESCAPE '\\' OR name = 'sqlite_stat1') "
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

namespace {

/// Walks along the foreign keys, and puts a table behind all that it refers to.
class Walk {
 public:
  Walk(const Connection& connection, const std::vector<TableDescription>& tables) {
    for (const TableDescription& table : tables) {
      if (table.kind == TableDescription::Kind::table)
        tables_[ascii_lower(table.name)] = {&table, Mark::unseen, {}};
    }
    Statement keys = connection.prepare(
        "SELECT m.name, k.\"table\" FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS k "
        "WHERE m.type = 'table'");
    while (keys.step()) {
      const auto table = tables_.find(ascii_lower(keys.text(0)));
      if (table != tables_.end()) table->second.refers_to.push_back(ascii_lower(keys.text(1)));
    }
  }

  /// Without recursion, as a schema may be any number of tables deep.
  void visit(const std::string& name, TableOrder& order) {
    std::vector<std::string> path{ascii_lower(name)};
    while (!path.empty()) {
      Node& node = tables_.at(path.back());
      if (node.mark == Mark::done) {
        path.pop_back();
        continue;
      }
      node.mark = Mark::open;
      const std::optional<std::string> next = next_unseen(node, path.back(), order);
      if (next) {
        path.push_back(*next);
      } else {
        node.mark = Mark::done;
        order.tables.push_back(node.table);
        path.pop_back();
      }
    }
  }

 private:
  enum class Mark : unsigned char { unseen, open, done };
  struct Node {
    const TableDescription* table = nullptr;
    Mark mark = Mark::unseen;
    std::vector<std::string> refers_to;
  };

  std::optional<std::string> next_unseen(const Node& node, const std::string& own, TableOrder& order) const {
    for (const std::string& name : node.refers_to) {
      const auto other = tables_.find(name);
      if (other == tables_.end() || name == own) continue;
      if (other->second.mark == Mark::unseen) return name;
      if (other->second.mark == Mark::open) order.has_circle = true;
    }
    return std::nullopt;
  }

  std::map<std::string, Node> tables_;
};

}  // namespace

TableOrder referred_to_first(const Connection& connection, const std::vector<TableDescription>& tables) {
  TableOrder order;
  Walk walk(connection, tables);
  for (const TableDescription& table : tables) {
    if (table.kind == TableDescription::Kind::table) walk.visit(table.name, order);
  }
  return order;
}

std::vector<std::string> stored_columns(const Connection& connection, const std::string& table) {
  std::vector<std::string> columns;
  Statement info =
      connection.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid");
  info.bind(1, std::string_view(table));
  while (info.step()) columns.emplace_back(info.text(0));
  return columns;
}

}  // namespace corral::sqlite
