#include "backends/sqlite/schema.hpp"

#include <algorithm>
#include <map>

#include "backends/bytes/text.hpp"
#include "backends/sqlite/d1_allowed_names.hpp"

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

/// Topological sort along foreign keys: a table comes after all tables it references. Tables in a cycle come
/// together, sorted by name for a stable order. (Tarjan's algorithm.)
class Walk {
 public:
  Walk(const Connection& connection, const std::vector<TableDescription>& tables) {
    for (const TableDescription& table : tables) {
      if (table.kind == TableDescription::Kind::table) nodes_[ascii_lower(table.name)].table = &table;
    }
    Statement keys = connection.prepare(
        "SELECT m.name, k.\"table\" FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS k "
        "WHERE m.type = 'table' ORDER BY m.rowid, k.id");
    while (keys.step()) {
      const auto table = nodes_.find(ascii_lower(keys.text(0)));
      const auto other = nodes_.find(ascii_lower(keys.text(1)));
      if (table != nodes_.end() && other != nodes_.end() && table != other)
        table->second.refers_to.push_back(&other->second);
    }
  }

  /// Iterative, as reference chains may be arbitrarily deep.
  void visit(const std::string& name, TableOrder& order) {
    Node& start = nodes_.at(ascii_lower(name));
    if (start.number != 0) return;
    std::vector<Node*> path{enter(start)};
    while (!path.empty()) {
      Node& node = *path.back();
      if (node.looked_at == node.refers_to.size()) {
        path.pop_back();
        if (!path.empty()) path.back()->reaches = std::min(path.back()->reaches, node.reaches);
        if (node.reaches == node.number) leave(node, order);
        continue;
      }
      Node& other = *node.refers_to[node.looked_at++];
      if (other.number == 0) {
        path.push_back(enter(other));
      } else if (other.is_open) {
        node.reaches = std::min(node.reaches, other.number);
      }
    }
  }

 private:
  struct Node {
    const TableDescription* table = nullptr;
    std::vector<Node*> refers_to = {};
    std::size_t looked_at = 0;  ///< how many of refers_to have been visited
    std::size_t number = 0;     ///< order of discovery, from 1
    std::size_t reaches = 0;    ///< the lowest number of an open node reachable from it
    bool is_open = false;       ///< its component is not complete yet
  };

  Node* enter(Node& node) {
    node.number = node.reaches = ++entered_;
    node.is_open = true;
    open_.push_back(&node);
    return &node;
  }

  /// Everything entered since belongs to the same component.
  void leave(const Node& first, TableOrder& order) {
    const auto begin = std::find(open_.begin(), open_.end(), &first);
    if (open_.end() - begin > 1) order.has_circle = true;
    std::sort(begin, open_.end(), [](const Node* a, const Node* b) {
      return ascii_lower(a->table->name) < ascii_lower(b->table->name);
    });
    for (auto node = begin; node != open_.end(); ++node) {
      (*node)->is_open = false;
      order.tables.push_back((*node)->table);
    }
    open_.erase(begin, open_.end());
  }

  std::map<std::string, Node> nodes_;
  std::vector<Node*> open_;
  std::size_t entered_ = 0;
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
