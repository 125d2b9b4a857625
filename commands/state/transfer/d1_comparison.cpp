#include "commands/state/transfer/d1_comparison.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "migrations/schema.hpp"

namespace corral::state {

namespace {

using sql_copy::RowDifference;
using sql_copy::RowMatch;
using sql_copy::TableLayout;
using Change = StateDifference::Change;
using Items = std::map<std::pair<std::string, std::string>, const SqlSchemaItem*>;

constexpr std::size_t most_shown = 60;

/// By kind and name, as SQLite compares names.
Items items_of(const std::vector<SqlSchemaItem>& schema, const std::vector<std::string>& only) {
  Items items;
  for (const SqlSchemaItem& item : schema) {
    const bool wanted = only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& table) {
                          return ascii_lower(table) == ascii_lower(item.table);
                        });
    const std::string kind = item.type == "virtual" ? "table" : item.type;
    if (wanted) items[{kind, ascii_lower(item.name)}] = &item;
  }
  return items;
}

StateDifference schema_difference(Change change, const std::string& kind, const SqlSchemaItem& item) {
  StateDifference difference;
  difference.what = "schema";
  difference.item = fmt::format("{} {}", kind, item.name);
  difference.change = change;
  return difference;
}

std::string text_of(const SqlValue& value) {
  switch (value.type) {
    case SqlType::null: return "NULL";
    case SqlType::integer: return std::to_string(value.integer);
    case SqlType::real: return fmt::format("{}", value.real);
    case SqlType::text: return value.bytes;
    case SqlType::blob: return fmt::format("a BLOB of {} bytes", value.bytes.size());
  }
  return {};
}

/// The key of a row for people; for a row without one its values.
std::string item_of(const TableLayout& table, RowMatch match, const sql_copy::OrderedRows::Row& row) {
  if (match == RowMatch::rowid) return text_of(row.rowid);
  std::string item;
  const auto add = [&item](const SqlValue& value) { item += (item.empty() ? "" : ", ") + text_of(value); };
  if (match == RowMatch::primary_key) {
    for (const std::size_t column : table.primary_key) add(row.values[column]);
    return item;
  }
  for (const SqlValue& value : row.values) {
    if (item.size() > most_shown) break;
    add(value);
  }
  return std::string(first_characters(item, most_shown));
}

}  // namespace

D1Comparison::D1Comparison(Context& context, const TransferOptions& options, const TransferResource& resource)
    : context_(context),
      options_(options),
      resource_(resource),
      local_(context.stores(options.local).d1().open(resource.local_id, {.unrestricted = true})),
      account_(context.stores(options.account).d1().open(resource.account_id, {})),
      local_schema_(local_->info(false).schema),
      account_schema_(account_->info(false).schema) {}

void D1Comparison::tell(const ResourceTransfer::Visit& visit, StateDifference difference) {
  switch (difference.change) {
    case Change::added: ++counts_.added; break;
    case Change::removed: ++counts_.removed; break;
    case Change::changed: ++counts_.changed; break;
  }
  difference.service = StateService::d1;
  visit(difference);
}

void D1Comparison::compare_schemas(const ResourceTransfer::Visit& visit) {
  const Items here = items_of(local_schema_, options_.tables);
  const Items there = items_of(account_schema_, options_.tables);
  for (const auto& [key, item] : here) {
    const auto other = there.find(key);
    if (other == there.end()) {
      tell(visit, schema_difference(Change::added, key.first, *item));
    } else if (migrations::normalized(item->sql) != migrations::normalized(other->second->sql)) {
      tell(visit, schema_difference(Change::changed, key.first, *item));
    } else {
      ++counts_.same;
    }
  }
  for (const auto& [key, item] : there) {
    if (!here.contains(key)) tell(visit, schema_difference(Change::removed, key.first, *item));
  }
}

std::vector<TableLayout> D1Comparison::comparable_tables() {
  using Content = sql::VirtualTable::Content;
  std::vector<TableLayout> tables = sql_copy::read_layouts(*local_, local_schema_);
  const std::vector<TableLayout> there = sql_copy::read_layouts(*account_, account_schema_);
  std::erase_if(tables, [&](const TableLayout& table) {
    if (table.virtual_table && table.virtual_table->content != Content::own) return true;
    const TableLayout* const other = sql_copy::find_table(there, table.name);
    return other == nullptr || other->columns != table.columns || other->primary_key != table.primary_key ||
           other->is_rowid_key != table.is_rowid_key;
  });
  return tables;
}

void D1Comparison::compare_rows(const std::vector<std::string>& only, const ResourceTransfer::Visit& visit,
                                const EachRow& each) {
  const std::vector<TableLayout> tables = comparable_tables();
  for (const std::string& name : only) {
    if (sql_copy::find_table(tables, name) != nullptr) continue;
    throw Error(
        ErrorKind::not_found,
        fmt::format("no table \"{}\" that D1 database \"{}\" has here and in the account with the same "
                    "columns",
                    shown(name), shown(resource_.name())),
        "'corral state diff --remote' shows how the schemas differ");
  }
  SqlBackend& backend = context_.stores(options_.local).d1();
  for (const TableLayout& table : tables) {
    const bool wanted = only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& name) {
                          return ascii_lower(name) == ascii_lower(table.name);
                        });
    if (!wanted) continue;
    RowMatch match = sql_copy::match_of(*local_, *account_, table);
    sql_copy::compare_rows(
        {.first = *local_,
         .second = *account_,
         .table = table,
         .match = match,
         .make_scratch = [&backend] { return backend.scratch({.create = true, .unrestricted = true}); },
         .pulse = [this] { context_.check_interrupt(); }},
        [&](const RowDifference& row) {
          if (each) each(table, match, row);
          StateDifference difference;
          difference.what = "row";
          difference.table = table.name;
          difference.item = item_of(table, match, row.first != nullptr ? *row.first : *row.second);
          difference.change = row.change;
          for (const std::size_t column : row.columns) difference.fields.push_back(table.columns[column]);
          tell(visit, std::move(difference));
        });
  }
}

}  // namespace corral::state
