#include "backends/sqlite/d1_allowed_names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "backends/bytes/text.hpp"

namespace corral::sqlite {

namespace {

constexpr auto functions = [] {
  auto names = std::to_array<std::string_view>({
      // core
      "abs",
      "changes",
      "char",
      "coalesce",
      "concat",
      "concat_ws",
      "format",
      "glob",
      "hex",
      "ifnull",
      "iif",
      "instr",
      "last_insert_rowid",
      "length",
      "like",
      "likelihood",
      "likely",
      "lower",
      "ltrim",
      "max",
      "min",
      "nullif",
      "octet_length",
      "printf",
      "quote",
      "random",
      "randomblob",
      "replace",
      "round",
      "rtrim",
      "sign",
      "soundex",
      "substr",
      "substring",
      "total_changes",
      "trim",
      "typeof",
      "unhex",
      "unicode",
      "unlikely",
      "upper",
      "zeroblob",
      // dates
      "date",
      "time",
      "datetime",
      "julianday",
      "unixepoch",
      "strftime",
      "timediff",
      "current_date",
      "current_time",
      "current_timestamp",
      // aggregates and windows (max and min are above)
      "avg",
      "count",
      "group_concat",
      "string_agg",
      "sum",
      "total",
      "row_number",
      "rank",
      "dense_rank",
      "percent_rank",
      "cume_dist",
      "ntile",
      "lag",
      "lead",
      "first_value",
      "last_value",
      "nth_value",
      // mathematics
      "acos",
      "acosh",
      "asin",
      "asinh",
      "atan",
      "atan2",
      "atanh",
      "ceil",
      "cos",
      "cosh",
      "degrees",
      "exp",
      "floor",
      "ln",
      "log",
      "log2",
      "mod",
      "pi",
      "pow",
      "radians",
      "sin",
      "sinh",
      "sqrt",
      "tan",
      "tanh",
      "trunc",
      // JSON
      "json",
      "jsonb",
      "json_array",
      "jsonb_array",
      "json_array_length",
      "json_extract",
      "jsonb_extract",
      "->",
      "->>",
      "json_insert",
      "jsonb_insert",
      "json_object",
      "jsonb_object",
      "json_patch",
      "jsonb_patch",
      "json_remove",
      "jsonb_remove",
      "json_replace",
      "jsonb_replace",
      "json_set",
      "jsonb_set",
      "json_type",
      "json_valid",
      "json_quote",
      "json_group_array",
      "jsonb_group_array",
      "json_group_object",
      "jsonb_group_object",
      "json_each",
      "json_tree",
      // FTS5 and R*Tree
      "match",
      "highlight",
      "bm25",
      "snippet",
      "rtreecheck",
      // called internally by ALTER TABLE
      "sqlite_rename_column",
      "sqlite_rename_table",
      "sqlite_rename_test",
      "sqlite_drop_column",
      "sqlite_rename_quotefix",
  });
  std::sort(names.begin(), names.end());
  return names;
}();

constexpr auto pragmas = std::to_array<std::pair<std::string_view, PragmaArgument>>({
    {"data_version", PragmaArgument::none},
    {"page_size", PragmaArgument::none},
    {"table_list", PragmaArgument::optional_object},
    {"case_sensitive_like", PragmaArgument::optional_boolean},
    {"foreign_keys", PragmaArgument::optional_boolean},
    {"defer_foreign_keys", PragmaArgument::optional_boolean},
    {"ignore_check_constraints", PragmaArgument::optional_boolean},
    {"legacy_alter_table", PragmaArgument::optional_boolean},
    {"recursive_triggers", PragmaArgument::optional_boolean},
    {"reverse_unordered_selects", PragmaArgument::optional_boolean},
    {"foreign_key_list", PragmaArgument::object},
    {"index_info", PragmaArgument::object},
    {"index_list", PragmaArgument::object},
    {"index_xinfo", PragmaArgument::object},
    {"table_info", PragmaArgument::object},
    {"table_xinfo", PragmaArgument::object},
    {"foreign_key_check", PragmaArgument::optional_object},
    {"quick_check", PragmaArgument::optional_number_or_object},
    {"optimize", PragmaArgument::optional_number},
});

}  // namespace

bool is_d1_function(std::string_view name) noexcept {
  return std::binary_search(functions.begin(), functions.end(), std::string_view(ascii_lower(name)));
}

PragmaArgument d1_pragma_argument(std::string_view name) noexcept {
  const std::string wanted = ascii_lower(name);
  const auto* const found = std::find_if(pragmas.begin(), pragmas.end(),
                                         [&](const auto& pragma) { return pragma.first == wanted; });
  return found == pragmas.end() ? PragmaArgument::refused : found->second;
}

bool is_d1_module(std::string_view name) noexcept {
  const std::string module = ascii_lower(name);
  return module == "fts5" || module == "fts5vocab" || module == "rtree" || module == "rtree_i32";
}

bool is_reserved_name(std::string_view name) noexcept {
  constexpr std::string_view prefix = "_cf_";
  return name.size() >= prefix.size() && name[0] == '_' && (name[1] | 0x20) == 'c' &&
         (name[2] | 0x20) == 'f' && name[3] == '_';
}

}  // namespace corral::sqlite
