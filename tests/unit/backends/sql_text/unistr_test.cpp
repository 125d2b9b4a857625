#include "backends/sql_text/unistr.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace corral;

namespace {

/// The statement that SQLite is given.
std::string decoded(std::string_view statement) {
  const auto result = sql::decode_unistr(statement);
  if (!result) return std::string(statement);
  return result->bad_escape() ? "bad at " + std::to_string(result->bad_escape()->offset) : result->text();
}

}  // namespace

TEST_CASE("unistr of a literal is that text") {
  CHECK(decoded(R"(INSERT INTO t VALUES(1,unistr('a\u000ab'),'x'))") == "INSERT INTO t VALUES(1,'a\nb','x')");
  // As sqlite3 3.53 decodes them.
  CHECK(decoded(R"(SELECT unistr('a\000ab'))") == "SELECT 'a\nb'");
  CHECK(decoded(R"(SELECT UniStr ( '\u0041\+01F600\U0001F600\\x' ))") ==
        "SELECT 'A\xF0\x9F\x98\x80\xF0\x9F\x98\x80\\x'");
  CHECK(decoded(R"(SELECT unistr('it''s\u0027'))") == "SELECT 'it''s'''");
  CHECK(decoded("SELECT unistr(/* c */ '' -- d\n)") == "SELECT ''");
  CHECK(decoded(R"(SELECT unistr('a\u0000b'))") == "SELECT CAST(X'610062' AS TEXT)");
  CHECK(decoded("SELECT unistr('plain'), unistr('\\u00e9'), unistr('x')") ==
        "SELECT 'plain', '\xC3\xA9', 'x'");
  CHECK(decoded(R"(CREATE TABLE t(a DEFAULT (unistr('\000a'))))") == "CREATE TABLE t(a DEFAULT ('\n'))");
  CHECK(decoded(R"(CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO u VALUES(unistr('\000a')); END)") ==
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO u VALUES('\n'); END");
  CHECK(decoded(R"(SELECT replace(unistr('\0041'), 'A', unistr('\0042')) || unistr('\0043'))") ==
        "SELECT replace('A', 'A', 'B') || 'C'");
}

TEST_CASE("calls within calls, and literals in parentheses, are decoded from within") {
  CHECK(decoded(R"(SELECT unistr(unistr('\\u0041')))") == "SELECT 'A'");
  CHECK(decoded(R"(SELECT unistr((UNISTR( ('it''s \\u000a') ))), 1)") == "SELECT 'it''s \n', 1");
  CHECK(decoded(R"(SELECT unistr(('\u0041')))") == "SELECT 'A'");
  CHECK(decoded(R"(SELECT unistr(unistr('\\x')))") == "bad at 14");
  CHECK(decoded(R"(SELECT unistr(unistr('a''\x')))") == "bad at 25");
  // The inner call is one with a literal all the same.
  CHECK(decoded(R"(SELECT unistr(unistr('\u0041') || 'b'))") == "SELECT unistr('A' || 'b')");
  std::string deep(100'000, '(');
  deep += "'a'";
  deep.append(100'000, ')');
  CHECK_FALSE(sql::decode_unistr("SELECT unistr" + deep));
}

TEST_CASE("what only looks like such a call stays") {
  for (const char* const statement : {"SELECT 'unistr(''\\000a'')'",
                                      "SELECT 1 -- unistr('\\000a')",
                                      "SELECT /* unistr('\\000a') */ 1",
                                      "SELECT \"unistr('a')\"",
                                      "SELECT [unistr('a')], `unistr('a')`",
                                      "SELECT unistr(a)",
                                      "SELECT unistr()",
                                      "SELECT unistr('a' || 'b')",
                                      "SELECT unistr('a', 'b')",
                                      "SELECT unistr(x'61')",
                                      "SELECT unistr(\"a\")",
                                      "SELECT my_unistr('\\000a'), unistring('\\000a')",
                                      "INSERT INTO unistr('a') VALUES(1)",
                                      "INSERT INTO main.unistr('a') VALUES(1)",
                                      "CREATE TABLE unistr('a')",
                                      "CREATE TABLE IF NOT EXISTS unistr('a')",
                                      "CREATE INDEX i ON unistr('a')",
                                      "CREATE TABLE t(a REFERENCES unistr('a'))",
                                      "SELECT unistr('a'",
                                      ""}) {
    CAPTURE(statement);
    CHECK_FALSE(sql::decode_unistr(statement));
  }
  CHECK(decoded("SELECT * FROM a JOIN b ON unistr('\\0041') = a.x") == "SELECT * FROM a JOIN b ON 'A' = a.x");
}

TEST_CASE("an escape that is no character is told, with its place") {
  CHECK(decoded(R"(SELECT unistr('\u000'))") == "bad at 15");
  CHECK(decoded(R"(SELECT unistr('ab\'))") == "bad at 17");
  CHECK(decoded(R"(SELECT unistr('\x41'))") == "bad at 15");
  CHECK(decoded(R"(SELECT unistr('\u00g0'))") == "bad at 15");
  CHECK(decoded(R"(SELECT unistr('\u-001'))") == "bad at 15");
  // SQLite makes text of these that is not UTF-8.
  CHECK(decoded(R"(SELECT unistr('\ud83d\ude00'))") == "bad at 15");
  CHECK(decoded(R"(SELECT unistr('\dfff'))") == "bad at 15");
  CHECK(decoded(R"(SELECT unistr('\+110000'))") == "bad at 15");
  CHECK(decoded(R"(SELECT unistr('\UFFFFFFFF'))") == "bad at 15");
}

TEST_CASE("places in what was decoded are places in the source") {
  const std::string source = R"(SELECT unistr('\000a'), unistr('\0041') frmo t)";
  const auto result = sql::decode_unistr(source);
  REQUIRE(result);
  for (const char* const word : {"SELECT", ", ", " frmo", "t"}) {
    CAPTURE(word);
    CHECK(result->source_offset(result->text().rfind(word)) == source.rfind(word));
  }
  CHECK(result->source_offset(result->text().find('A')) == source.rfind("unistr"));
}
