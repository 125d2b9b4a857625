#include "backends/sql_text/literal.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <sqlite3.h>

using namespace corral;

namespace {

std::string text(std::string_view value) {
  std::string sql;
  sql::append_text(sql, value);
  return sql;
}

std::string real(double value) {
  std::string sql;
  sql::append_real(sql, value);
  return sql;
}

/// What SQLite reads a literal as, as hex and type.
std::string read_back(const std::string& literal) {
  sqlite3* database = nullptr;
  sqlite3_open(":memory:", &database);
  sqlite3_stmt* statement = nullptr;
  const std::string query = "SELECT " + literal;
  REQUIRE(sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const void* const bytes = sqlite3_column_blob(statement, 0);
  const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement, 0));
  std::string value = length == 0 ? "" : std::string(static_cast<const char*>(bytes), length);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return value;
}

}  // namespace

TEST_CASE("text as D1's export writes it") {
  CHECK(text("plain") == "'plain'");
  CHECK(text("quo'te") == "'quo''te'");
  CHECK(text("line\nbreak") == "replace('line\\nbreak','\\n',char(10))");
  CHECK(text("cr\rx") == "replace('cr\\rx','\\r',char(13))");
  CHECK(text("both\r\nx") == "replace(replace('both\\r\\nx','\\r',char(13)),'\\n',char(10))");
  CHECK(text("lit\\n") == "'lit\\n'");
  CHECK(text("lit\\n and\n") == "replace('lit\\n and\\n(0)','\\n(0)',char(10))");
  CHECK(text(std::string_view("a\0b", 3)) == "CAST(X'610062' AS TEXT)");
}

TEST_CASE("any text reads back as itself") {
  std::mt19937 random(7);
  const std::string alphabet = "\\nr(01)'\n\r ab,\"";
  for (int i = 0; i < 5000; ++i) {
    std::string value;
    for (auto length = random() % 12; length > 0; --length) value += alphabet[random() % alphabet.size()];
    CAPTURE(text(value));
    REQUIRE(read_back(text(value)) == value);
  }
}

TEST_CASE("numbers read back as the same number of the same type") {
  CHECK(real(1) == "1.0");
  CHECK(real(-0.0) == "-0.0");
  CHECK(real(0.1) == "0.1");
  CHECK(real(1e100) == "1e+100");
  CHECK(real(1.5e-7) == "1.5e-7");
  CHECK(real(std::numeric_limits<double>::infinity()) == "9e999");
  CHECK(real(-std::numeric_limits<double>::infinity()) == "-9e999");
  CHECK(real(std::nan("")) == "NULL");
  std::string sql;
  sql::append_integer(sql, std::numeric_limits<std::int64_t>::min());
  CHECK(sql == "-9223372036854775808");
  CHECK(read_back("typeof(" + sql + ")") == "integer");
  sql.clear();
  sql::append_blob(sql, std::string_view("\x0a\xff", 2));
  CHECK(sql == "X'0aff'");
  CHECK(sql::quoted_name("a\"b") == "\"a\"\"b\"");
}
