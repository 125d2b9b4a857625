// The splitter beside SQLite itself: sqlite3_complete says where a script can end, sqlite3_prepare where a
// statement does.
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "backends/sql_text/statement_reader.hpp"

using namespace corral;

namespace {

/// A script of pieces that are hard to tell apart, the same for the same seed.
class ScriptMaker {
 public:
  explicit ScriptMaker(std::uint32_t seed) : random_(seed) {}

  /// Statements that SQLite's parser takes, with all that may stand between and within.
  std::string valid_script() {
    std::string script;
    const unsigned count = 1 + below(6);
    for (unsigned i = 0; i < count; ++i) script += between() + statement() + between() + ";";
    if (below(2) == 0) script += between() + statement();
    return script + between();
  }

  /// Any tokens in any order.
  std::string any_script() {
    static constexpr std::array<const char*, 36> tokens = {
        "CREATE",   "TRIGGER", "TEMP",  "TEMPORARY", "END",   "EXPLAIN", "BEGIN", "SELECT", "x",
        "1",        ";",       ";",     ";",         "'a;b'", "\"c;d\"", "`e;f`", "[g;h]",  "-- i;\n",
        "/* j; */", "(",       ")",     ",",         "=",     "CASE",    "WHEN",  "é",      "''",
        "'k''l'",   "1.5",     "x'00'", "-",         "/",     ".",       "QUERY", "PLAN",   "TABLE"};
    std::string script;
    const unsigned count = below(30);
    for (unsigned i = 0; i < count; ++i) script += std::string(tokens.at(below(tokens.size()))) + between();
    return script;
  }

 private:
  std::uint32_t below(std::size_t end) {
    return std::uniform_int_distribution<std::uint32_t>(0, static_cast<std::uint32_t>(end) - 1)(random_);
  }

  std::string between() {
    static constexpr std::array<const char*, 9> spaces = {
        " ", "\n", "\t ", "-- a; b\n", "/* ; */", " /**/ ", "\r\n", " -- CREATE TRIGGER\n", "/*';*/ "};
    std::string text = " ";
    for (unsigned i = below(3); i > 0; --i) text += spaces.at(below(spaces.size()));
    return text;
  }

  /// `names`: with names of columns among them, which need a table.
  std::string expression(bool names = false) {
    static constexpr std::array<const char*, 13> values = {"\"c;d\"",
                                                           "[e;f]",
                                                           "`g;h`",
                                                           "1",
                                                           "1.5e3",
                                                           "'a;b'",
                                                           "'it''s'",
                                                           "x'00ff'",
                                                           "NULL",
                                                           "-7",
                                                           "CASE WHEN 1 THEN ';' ELSE 2 END",
                                                           "(SELECT 1)",
                                                           "'é;'"};
    constexpr std::size_t column_names = 3;
    const std::size_t first = names ? 0 : column_names;
    std::string text = values.at(first + below(values.size() - first));
    if (below(3) == 0) text += between() + "||" + between() + values.at(column_names + below(4));
    return text;
  }

  std::string statement() {
    switch (below(8)) {
      case 0:
        return "CREATE" + between() + "TABLE" + between() + "IF NOT EXISTS t(a, \"b;c\", d DEFAULT ';')";
      case 1: {
        std::string body;
        for (unsigned i = 1 + below(3); i > 0; --i)
          body += between() + "SELECT" + between() + expression() + between() + ";";
        return "CREATE" + between() + (below(2) == 0 ? "TEMP " : "") + "TRIGGER" + between() +
               "IF NOT EXISTS tr AFTER INSERT ON t BEGIN" + body + between() + "END";
      }
      case 2: return "EXPLAIN" + between() + "SELECT" + between() + expression(true) + between() + "FROM t";
      case 3:
        return "INSERT INTO t(a)" + between() + "VALUES(" + expression() + ")," + between() + "(" +
               expression() + ")";
      case 4:
        return "UPDATE t SET a = " + expression(true) + between() + "WHERE a IS NOT" + between() +
               expression(true);
      case 5: return "WITH x AS (SELECT 1)" + between() + "SELECT * FROM x";
      case 6: return "EXPLAIN QUERY PLAN SELECT" + between() + expression();
      default: return "SELECT" + between() + expression(true) + between() + "AS \"end;\" FROM t";
    }
  }

  std::mt19937 random_;
};

struct Split {
  std::vector<std::string> statements;
  bool complete = false;  ///< nothing is left open at the end
};

Split split(const std::string& script) {
  MemorySource source(script);
  sql::StatementReader reader(source, "script", script.size() + 1);
  Split result;
  sql::ScriptStatement statement;
  statement.has_end = true;
  while (reader.next(statement)) result.statements.emplace_back(statement.text);
  result.complete = statement.has_end;
  return result;
}

std::string trimmed(std::string_view text) {
  // Space and comments at both ends, as the splitter leaves them out.
  MemorySource source(text);
  sql::StatementReader reader(source, "text", text.size() + 1);
  sql::ScriptStatement statement;
  return reader.next(statement) ? std::string(statement.text) : std::string();
}

}  // namespace

TEST_CASE("the splitter agrees with sqlite3_complete on 10,000 scripts of any tokens") {
  for (std::uint32_t seed = 0; seed < 10'000; ++seed) {
    const std::string script = ScriptMaker(seed).any_script();
    CAPTURE(script);
    // sqlite3_complete does not call an empty script complete.
    const Split result = split(script);
    const bool has_semicolon = script.find(';') != std::string::npos;
    if (!result.statements.empty() || !has_semicolon) {
      if (result.statements.empty()) continue;
      REQUIRE(result.complete == (sqlite3_complete(script.c_str()) != 0));
    }
  }
}

TEST_CASE("the splitter agrees with SQLite's parser on 10,000 valid scripts") {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(":memory:", &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, "CREATE TABLE t(a, \"b;c\", d, \"c;d\", \"e;f\", \"g;h\")", nullptr, nullptr,
                       nullptr) == SQLITE_OK);
  std::size_t statements = 0;
  for (std::uint32_t seed = 0; seed < 10'000; ++seed) {
    const std::string script = ScriptMaker(seed).valid_script();
    CAPTURE(script);
    std::vector<std::string> by_parser;
    const char* rest = script.c_str();
    while (*rest != '\0') {
      sqlite3_stmt* prepared = nullptr;
      const char* tail = nullptr;
      const int result = sqlite3_prepare_v2(database, rest, -1, &prepared, &tail);
      // An unknown name does not affect where statements end.
      const std::string words = sqlite3_errmsg(database);
      const bool known = result == SQLITE_OK;
      sqlite3_finalize(prepared);
      REQUIRE_MESSAGE(known, words);
      const std::string text = trimmed({rest, static_cast<std::size_t>(tail - rest)});
      if (!text.empty()) by_parser.push_back(text);
      rest = tail;
    }
    const Split result = split(script);
    REQUIRE(result.statements == by_parser);
    statements += by_parser.size();
  }
  CHECK(statements > 20'000);
  sqlite3_close(database);
}
