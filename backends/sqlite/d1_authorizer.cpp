#include "backends/sqlite/d1_authorizer.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/sqlite/d1_allowed_names.hpp"

namespace corral::sqlite {

namespace {

/// Measured at wrangler 4.164.0. One of D1's documented limits is missing below: wrangler runs statements of
/// 60,000 VM operations, so 25,000 is not enforced (docs/reference/d1.md, "Limits").
constexpr int max_value_bytes = 8'388'642;

void set_limits(sqlite3* database) {
  constexpr auto limits = std::to_array<std::pair<int, int>>({
      {SQLITE_LIMIT_LENGTH, max_value_bytes},
      {SQLITE_LIMIT_SQL_LENGTH, 100'000},
      {SQLITE_LIMIT_COLUMN, 100},
      {SQLITE_LIMIT_EXPR_DEPTH, 100},
      {SQLITE_LIMIT_COMPOUND_SELECT, 5},
      {SQLITE_LIMIT_FUNCTION_ARG, 127},
      {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
  });
  for (const auto& [limit, value] : limits) sqlite3_limit(database, limit, value);
}

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  return !text.empty() && text.find_first_not_of(hexadecimal ? "0123456789abcdefABCDEF" : "0123456789") ==
                              std::string_view::npos;
}

bool is_boolean(std::string_view text) {
  constexpr auto words =
      std::to_array<std::string_view>({"0", "1", "on", "off", "yes", "no", "true", "false"});
  return std::find(words.begin(), words.end(), ascii_lower(text)) != words.end();
}

constexpr const char* allowed_modules = "D1 has the modules fts5, fts5vocab, rtree and rtree_i32";
constexpr const char* one_transaction =
    "leave it out: all statements of one 'd1 execute' are one transaction already, all or nothing";
constexpr const char* no_temporary = "D1 keeps nothing between queries; use a plain table, or WITH";

/// CREATE TABLE temp.x is reported as CREATE TABLE in the schema "temp".
bool makes_something(int action) {
  return action == SQLITE_CREATE_TABLE || action == SQLITE_CREATE_VIEW || action == SQLITE_CREATE_INDEX ||
         action == SQLITE_CREATE_TRIGGER || action == SQLITE_CREATE_VTABLE;
}

}  // namespace

D1Dialect::D1Dialect(sqlite3* database) {
  set_limits(database);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  // D1 lacks this module; corral's SQLite has it for page_image.hpp.
  sqlite3_create_module(database, "sqlite_dbpage", nullptr, nullptr);
  sqlite3_set_authorizer(database, authorize, this);
}

int D1Dialect::refuse(std::string instead) {
  instead_ = std::move(instead);
  return SQLITE_DENY;
}

int D1Dialect::check_name(std::string_view name) {
  return is_reserved_name(name) ? refuse("names that start with _cf_ are Cloudflare's own; take another")
                                : SQLITE_OK;
}

int D1Dialect::check_pragma(std::string_view name, std::string_view argument, bool has_argument) {
  const auto wants = [&](bool right, const char* what) {
    return right ? SQLITE_OK : refuse(fmt::format("in D1, PRAGMA {} takes {}", shown(name), what));
  };
  switch (d1_pragma_argument(name)) {
    case PragmaArgument::none: return wants(!has_argument, "no argument");
    case PragmaArgument::optional_boolean: return wants(!has_argument || is_boolean(argument), "ON or OFF");
    case PragmaArgument::object:
      return has_argument ? check_name(argument) : wants(false, "the name of a table or index");
    case PragmaArgument::optional_number: return wants(!has_argument || is_number(argument), "a number");
    case PragmaArgument::optional_object:
    case PragmaArgument::optional_number_or_object: return check_name(argument);
    case PragmaArgument::refused: break;
  }
  if (name == "integrity_check") return refuse("use PRAGMA quick_check, or --unrestricted");
  if (name == "writable_schema") {
    return refuse(
        "a dump of virtual tables by sqlite3? load it with --unrestricted; 'corral d1 export' needs none");
  }
  if (name == "user_version") return refuse("keep a version in a table of your own, as 'd1 migrations' does");
  return refuse(fmt::format("D1 has no PRAGMA {}; for repair work there is --unrestricted", shown(name)));
}

int D1Dialect::check(int action, std::string_view first, std::string_view second, bool has_second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
    case SQLITE_REINDEX: return SQLITE_OK;
    case SQLITE_FUNCTION:
      if (is_d1_function(second)) return SQLITE_OK;
      return refuse("D1 does not have this function; compute it in the Worker, or use --unrestricted");
    case SQLITE_PRAGMA: return check_pragma(first, second, has_second);
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE: return is_d1_module(second) ? check_name(first) : refuse(allowed_modules);
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TRIGGER: return is_reserved_name(second) ? check_name(second) : check_name(first);
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_VIEW:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_VIEW:
    case SQLITE_INSERT:
    case SQLITE_DELETE:
    case SQLITE_UPDATE:
    case SQLITE_READ:
    case SQLITE_ANALYZE: return check_name(first);
    case SQLITE_ALTER_TABLE: return check_name(second);
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return refuse("D1 runs one database at a time; move data with 'd1 export' and 'd1 execute'");
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return refuse(one_transaction);
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_DROP_TEMP_VIEW: return refuse(no_temporary);
    default: return refuse("");
  }
}

int D1Dialect::authorize(void* dialect, int action, const char* first, const char* second, const char* schema,
                         const char* trigger) noexcept try {
  static_cast<void>(trigger);
  auto& self = *static_cast<D1Dialect*>(dialect);
  if (!self.active_) return SQLITE_OK;
  const bool temporary = schema != nullptr && std::string_view(schema) == "temp";
  if (temporary && makes_something(action)) return self.refuse(no_temporary);
  return self.check(action, first != nullptr ? first : "", second != nullptr ? second : "",
                    second != nullptr);
} catch (const std::exception&) {
  return SQLITE_DENY;
}

}  // namespace corral::sqlite
