#include "backends/sqlite/result_words.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace corral::sqlite {

namespace {

constexpr auto names = std::to_array<std::pair<int, const char*>>({
    {SQLITE_ERROR, "SQLITE_ERROR"},
    {SQLITE_AUTH, "SQLITE_AUTH"},
    {SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT"},
    {SQLITE_TOOBIG, "SQLITE_TOOBIG"},
    {SQLITE_MISMATCH, "SQLITE_MISMATCH"},
    {SQLITE_RANGE, "SQLITE_RANGE"},
    {SQLITE_SCHEMA, "SQLITE_SCHEMA"},
    {SQLITE_MISUSE, "SQLITE_MISUSE"},
    {SQLITE_ABORT, "SQLITE_ABORT"},
    {SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"},
    {SQLITE_CONSTRAINT_COMMITHOOK, "SQLITE_CONSTRAINT_COMMITHOOK"},
    {SQLITE_CONSTRAINT_DATATYPE, "SQLITE_CONSTRAINT_DATATYPE"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY"},
    {SQLITE_CONSTRAINT_FUNCTION, "SQLITE_CONSTRAINT_FUNCTION"},
    {SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"},
    {SQLITE_CONSTRAINT_PINNED, "SQLITE_CONSTRAINT_PINNED"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY"},
    {SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"},
    {SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"},
    {SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"},
    {SQLITE_CONSTRAINT_VTAB, "SQLITE_CONSTRAINT_VTAB"},
});

const char* name_of_code(int code) {
  for (const auto& [known, name] : names) {
    if (known == code) return name;
  }
  return nullptr;
}

}  // namespace

bool is_about_sql(int result_code) noexcept {
  switch (result_code & 0xFF) {
    case SQLITE_ERROR:
    case SQLITE_AUTH:
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_SCHEMA:
    case SQLITE_MISUSE:
    case SQLITE_ABORT: return true;
    default: return false;
  }
}

bool is_certainly_undone(int result_code) noexcept {
  switch (result_code & 0xFF) {
    case SQLITE_ERROR:  // no transaction: SQLite rolled it back on an earlier error
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
    case SQLITE_INTERRUPT:
    case SQLITE_AUTH:
    case SQLITE_MISUSE:
    // Raised while reading pages or opening files, which happens before the commit is written.
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return true;
    default: return false;
  }
}

ErrorKind kind_of_result(int result_code) noexcept {
  switch (result_code & 0xFF) {
    case SQLITE_AUTH: return ErrorKind::denied;
    case SQLITE_CONSTRAINT: return ErrorKind::conflict;
    case SQLITE_TOOBIG: return ErrorKind::limit;
    default: return ErrorKind::invalid_input;
  }
}

std::string result_words(int result_code) {
  const char* const basic = name_of_code(result_code & 0xFF);
  std::string words = basic != nullptr ? basic : fmt::format("SQLITE_{}", result_code & 0xFF);
  if (result_code == (result_code & 0xFF)) return words;
  const char* const extended = name_of_code(result_code);
  return fmt::format("{} (extended: {})", words,
                     extended != nullptr ? extended : std::to_string(result_code));
}

std::string advice_for(int result_code, std::string_view words, bool restricted) {
  if (result_code == SQLITE_CONSTRAINT_FOREIGNKEY) {
    return "insert parents before children, or begin with PRAGMA defer_foreign_keys = ON, which checks at "
           "the end";
  }
  if (!restricted) return {};
  const auto says = [&](std::string_view part) { return words.find(part) != std::string_view::npos; };
  if (says("statement too long"))
    return "D1 takes 100,000 bytes a statement: split it, or give values as parameters";
  if (says("string or blob too big"))
    return "D1 holds values and rows of 2 MB at Cloudflare; keep large ones in R2";
  if (says("too many SQL variables") || says("variable number must be")) {
    return "D1 binds 100 parameters a statement: run it more often with less";
  }
  if (says("too many columns")) return "D1 allows 100 columns";
  if (says("too many terms in compound SELECT")) {
    return "D1 joins 5 SELECTs with UNION; more rows go into one VALUES list, or into a table";
  }
  if (says("Expression tree is too large"))
    return "D1 allows a depth of 100: x IN (...) is flat where OR is deep";
  if (says("LIKE or GLOB pattern too complex"))
    return "D1 takes patterns of 50 bytes; instr() finds plain text";
  if (says("too many arguments on function")) return "D1 allows 127 arguments";
  if (says("triggers nested too deep") || says("too many levels of trigger recursion")) {
    return "D1 lets triggers set off triggers 10 deep";
  }
  if (says("cannot VACUUM"))
    return "D1 has no VACUUM; for a file of your own: --unrestricted --command VACUUM";
  if (says("may not be modified") || says("may not be dropped") || says("may not be altered")) {
    return "D1 protects the tables that SQLite keeps for itself";
  }
  return {};
}

}  // namespace corral::sqlite
