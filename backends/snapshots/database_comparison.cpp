#include "backends/snapshots/database_comparison.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/snapshots/row_merge.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/wrangler/service_tables.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace {

using sqlite::Connection;
using sqlite::Statement;
using Change = StateDifference::Change;

Change change_of(const void* first, const void* second) {
  return first == nullptr ? Change::added : second == nullptr ? Change::removed : Change::changed;
}

std::optional<RowQuery> query_of(const Connection* connection, const wrangler::ServiceTable& table) {
  if (connection == nullptr || !connection->has_table(table.table)) return std::nullopt;
  return RowQuery{table.sql, 1};
}

void compare_known(const wrangler::ServiceTable& table, StateDifference difference, const Connection* first,
                   const Connection* second, const SameValue& same_value,
                   const std::function<void(const StateDifference&)>& visit) {
  difference.what = table.what;
  const bool has_values = std::string_view(table.what) == "key";
  merge_rows(first, query_of(first, table), second, query_of(second, table),
             [&](const RowCursor* a, const RowCursor* b) {
               difference.fields.clear();
               if (a != nullptr && b != nullptr) {
                 for (std::size_t i = 0; i < table.fields.size(); ++i) {
                   const SqlCell mine = a->cell(i + 1);
                   const SqlCell other = b->cell(i + 1);
                   if (compare_cells(mine, other) == 0) continue;
                   if (has_values && i == 0 && same_value(mine.bytes, other.bytes)) continue;
                   difference.fields.emplace_back(table.fields[i]);
                 }
                 if (difference.fields.empty()) return;
               }
               difference.item = cell_text((a != nullptr ? a : b)->cell(table.item_column));
               difference.change = change_of(a, b);
               visit(difference);
             });
}

struct Column {
  std::string name;
  std::int64_t key_place = 0;  ///< position in the primary key, from 1; 0: not part of it
};

/// What the merge needs to know about a table.
struct TableShape {
  std::string name;
  std::string sql;
  bool without_rowid = false;
  std::vector<Column> columns;

  [[nodiscard]] bool has(std::string_view column) const {
    return std::any_of(columns.begin(), columns.end(), [&](const Column& one) { return one.name == column; });
  }
  [[nodiscard]] std::vector<std::string> key() const {
    std::vector<std::string> names;
    for (std::int64_t place = 1; place <= static_cast<std::int64_t>(columns.size()); ++place) {
      for (const Column& column : columns) {
        if (column.key_place == place) names.push_back(column.name);
      }
    }
    return names;
  }
};

std::map<std::string, TableShape> tables_of(const Connection* connection) {
  std::map<std::string, TableShape> tables;
  if (connection == nullptr) return tables;
  Statement names = connection->prepare(
      "SELECT schema.name, schema.sql, list.wr FROM sqlite_schema AS schema "
      "JOIN pragma_table_list AS list ON list.schema = 'main' AND list.name = schema.name "
      "WHERE schema.type = 'table' AND list.type IN ('table', 'shadow') AND schema.name NOT LIKE "
      "'sqlite\\_%' ESCAPE '\\'");
  while (names.step()) {
    TableShape table{std::string(names.text(0)), std::string(names.text(1)), names.integer(2) != 0, {}};
    tables.emplace(table.name, std::move(table));
  }
  for (auto& [name, table] : tables) {
    Statement columns = connection->prepare("SELECT name, pk FROM pragma_table_xinfo(?1) WHERE hidden = 0");
    columns.bind(1, std::string_view(name));
    while (columns.step()) table.columns.push_back({std::string(columns.text(0)), columns.integer(1)});
  }
  return tables;
}

/// Schema items other than tables, and virtual tables: statements by "type name".
std::map<std::string, std::string> schema_of(const Connection* connection) {
  std::map<std::string, std::string> items;
  if (connection == nullptr) return items;
  Statement rows = connection->prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE "
      "'sqlite\\_%' ESCAPE '\\'");
  while (rows.step()) items[fmt::format("{} {}", rows.text(0), rows.text(1))] = rows.text(2);
  return items;
}

/// The name under which a table's rowid can be read; empty if columns shadow all its names.
std::string rowid_name(const TableShape& table) {
  for (const char* const name : {"rowid", "_rowid_", "oid"}) {
    const bool hidden = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
      return column.name.size() == std::string_view(name).size() &&
             std::equal(column.name.begin(), column.name.end(), name,
                        [](char a, char b) { return (a | 0x20) == (b | 0x20) || a == b; });
    });
    if (!hidden) return name;
  }
  return {};
}

/// The columns of a row merge: those that identify, those shown, and those compared.
struct RowPlan {
  std::vector<std::string> order;  ///< expressions
  std::vector<std::string> shown;
  std::vector<std::string> compared;
};

RowQuery query_of(const TableShape& table, const RowPlan& plan) {
  std::vector<std::string> columns = plan.order;
  columns.insert(columns.end(), plan.shown.begin(), plan.shown.end());
  columns.insert(columns.end(), plan.compared.begin(), plan.compared.end());
  std::vector<std::string> order;
  for (const std::string& expression : plan.order) {
    order.push_back(table.without_rowid ? expression + " COLLATE BINARY" : expression);
  }
  return {fmt::format("SELECT {} FROM {} ORDER BY {}", fmt::join(columns, ", "), sql::quoted_name(table.name),
                      fmt::join(order, ", ")),
          plan.order.size()};
}

std::vector<std::string> quoted(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(sql::quoted_name(name));
  return quoted;
}

void compare_rows(const TableShape* first_table, const TableShape* second_table, StateDifference difference,
                  const Connection* first, const Connection* second,
                  const std::function<void(const StateDifference&)>& visit) {
  const TableShape& table = second_table != nullptr ? *second_table : *first_table;
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    if (first_table == nullptr || second_table == nullptr ||
        (first_table->has(column.name) && second_table->has(column.name))) {
      names.push_back(column.name);
    }
  }
  RowPlan plan;
  const std::vector<std::string> key = table.key();
  const std::string rowid = rowid_name(table);
  const bool both = first_table != nullptr && second_table != nullptr;
  const bool keyed_alike = !both || (first_table->key() == second_table->key() &&
                                     first_table->without_rowid == second_table->without_rowid);
  if (!keyed_alike || (!table.without_rowid && rowid.empty())) {
    plan.order = quoted(names);  // without a key, rows are identified by all their columns
  } else {
    plan.order = table.without_rowid ? quoted(key) : std::vector<std::string>{rowid};
  }
  plan.shown = key.empty() || !keyed_alike ? plan.order : quoted(key);
  plan.compared = quoted(names);
  difference.what =
      difference.service == StateService::durable_objects && table.name == "_cf_KV" ? "key" : "row";
  difference.table = table.name;
  const auto query = [&](const TableShape* shape) {
    return shape == nullptr ? std::nullopt : std::optional<RowQuery>(query_of(*shape, plan));
  };
  const std::size_t shown_from = plan.order.size();
  const std::size_t compared_from = shown_from + plan.shown.size();
  merge_rows(first, query(first_table), second, query(second_table),
             [&](const RowCursor* a, const RowCursor* b) {
               difference.fields.clear();
               if (a != nullptr && b != nullptr) {
                 for (std::size_t i = 0; i < names.size(); ++i) {
                   const SqlCell mine = a->cell(compared_from + i);
                   const SqlCell other = b->cell(compared_from + i);
                   if (mine.type != other.type || compare_cells(mine, other) != 0)
                     difference.fields.push_back(names[i]);
                 }
                 if (difference.fields.empty()) return;
               }
               std::vector<std::string> shown;
               for (std::size_t i = 0; i < plan.shown.size(); ++i)
                 shown.push_back(cell_text((a != nullptr ? a : b)->cell(shown_from + i)));
               difference.item = fmt::format("{}", fmt::join(shown, ", "));
               difference.change = change_of(a, b);
               visit(difference);
             });
}

template <typename Value>
const Value* find(const std::map<std::string, Value>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

/// The keys of both maps, each once, in order.
template <typename Value>
std::vector<std::string> keys_of(const std::map<std::string, Value>& first,
                                 const std::map<std::string, Value>& second) {
  std::vector<std::string> keys;
  keys.reserve(first.size());
  for (const auto& [key, value] : first) keys.push_back(key);
  for (const auto& [key, value] : second) {
    if (!first.contains(key)) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

void compare_schemas(StateDifference difference, const Connection* first, const Connection* second,
                     const std::function<void(const StateDifference&)>& visit) {
  difference.what = "schema";
  const auto before = schema_of(first);
  const auto after = schema_of(second);
  for (const std::string& item : keys_of(before, after)) {
    const std::string* const a = find(before, item);
    const std::string* const b = find(after, item);
    if (a != nullptr && b != nullptr && *a == *b) continue;
    difference.item = item;
    difference.change = change_of(a, b);
    visit(difference);
  }
}

}  // namespace

void compare_databases(const std::string& path, const Connection* first, const Connection* second,
                       const SameValue& same_value,
                       const std::function<void(const StateDifference&)>& visit) {
  StateDifference difference;
  difference.service = *wrangler::service_of_path(path);
  difference.place = path;
  const bool alarms = path.ends_with("/metadata.sqlite");
  if (alarms || difference.service == StateService::kv || difference.service == StateService::r2) {
    for (const wrangler::ServiceTable& table : wrangler::service_tables(difference.service, alarms)) {
      compare_known(table, difference, first, second, same_value, visit);
    }
    return;
  }
  compare_schemas(difference, first, second, visit);
  const auto before = tables_of(first);
  const auto after = tables_of(second);
  for (const std::string& name : keys_of(before, after)) {
    compare_rows(find(before, name), find(after, name), difference, first, second, visit);
  }
}

}  // namespace corral::snapshots
