#include "backends/sql_copy/table_layout.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "backends/bytes/text.hpp"
#include "backends/sql_copy/query_rows.hpp"

namespace corral::sql_copy {

namespace {

/// What PRAGMA table_list and table_xinfo say.
struct Description {
  bool without_rowid = false;
  bool has_key_index = false;            ///< an index beside the table holds the primary key
  bool is_integer_key = false;           ///< the last column of the key is declared INTEGER
  std::vector<std::string> all_columns;  ///< lower case
  std::vector<std::string> columns;
  std::map<std::int64_t, std::size_t> key;  ///< position in the primary key → index in `columns`
};

std::map<std::string, Description> describe(SqlDatabase& database) {
  std::map<std::string, Description> found;
  query_rows(database,
             // The API's rows are objects, so each column needs a name of its own.
             "SELECT m.name AS a, l.wr AS b, x.name AS c, x.pk AS d, x.hidden AS e, "
             "upper(x.type) = 'INTEGER' AS f, "
             "EXISTS (SELECT 1 FROM pragma_index_list(m.name) AS i WHERE i.origin = 'pk') AS g "
             "FROM sqlite_schema AS m "
             "JOIN pragma_table_list(m.name) AS l JOIN pragma_table_xinfo(m.name) AS x "
             "WHERE m.type = 'table' AND l.schema = 'main' AND m.name NOT LIKE '\\_cf\\_%' ESCAPE '\\' "
             "ORDER BY m.rowid, x.cid",
             {}, [&](SqlRow row) {
               Description& table = found[std::string(row[0].bytes)];
               table.without_rowid = row[1].integer != 0;
               table.all_columns.push_back(ascii_lower(row[2].bytes));
               if (row[4].integer != 0) return;
               if (row[3].integer > 0) {
                 table.key[row[3].integer] = table.columns.size();
                 table.is_integer_key = row[5].integer != 0;
                 table.has_key_index = row[6].integer != 0;
               }
               table.columns.emplace_back(row[2].bytes);
             });
  return found;
}

std::string rowid_of(const Description& table) {
  constexpr std::array<const char*, 3> spellings = {"rowid", "_rowid_", "oid"};
  for (const char* const spelling : spellings) {
    const auto& names = table.all_columns;
    if (std::find(names.begin(), names.end(), spelling) == names.end()) return spelling;
  }
  return {};
}

}  // namespace

std::vector<TableLayout> read_layouts(SqlDatabase& database, const std::vector<SqlSchemaItem>& schema) {
  std::vector<TableLayout> tables;
  std::map<std::string, Description> described;
  const bool any = std::any_of(schema.begin(), schema.end(), [](const SqlSchemaItem& item) {
    return item.type == "table" || item.type == "virtual";
  });
  if (any) described = describe(database);
  for (const SqlSchemaItem& item : schema) {
    if (item.type != "table" && item.type != "virtual") continue;
    Description& description = described[item.name];
    TableLayout& table = tables.emplace_back();
    table.name = item.name;
    if (item.type == "virtual") table.virtual_table = sql::read_virtual_table(item.sql);
    for (const auto& [position, column] : description.key) table.primary_key.push_back(column);
    if (!description.without_rowid) table.rowid = rowid_of(description);
    // INTEGER PRIMARY KEY DESC is no alias of the rowid, and has an index (sqlite.org/lang_createtable.html).
    const bool is_alias =
        description.key.size() == 1 && description.is_integer_key && !description.has_key_index;
    table.is_rowid_key = !table.rowid.empty() && (table.virtual_table.has_value() || is_alias);
    table.columns = std::move(description.columns);
  }
  return tables;
}

const TableLayout* find_table(const std::vector<TableLayout>& tables, std::string_view name) {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableLayout& table) {
    return ascii_lower(table.name) == ascii_lower(name);
  });
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace corral::sql_copy
