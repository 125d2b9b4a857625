#include "cli/config/toml.hpp"

#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"

using namespace corral;
using namespace corral::config;

namespace {

std::string toml_failure(std::string_view text) {
  try {
    parse_toml(text, "wrangler.toml");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    return error.message();
  }
  return "no error";
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("TOML: tables, arrays of tables, dotted keys and every type of value") {
  const Value value = parse_toml(
      "name = \"w\"\nflag = true\nwhole = 0x10\nreal = 2.5\nday = 2026-01-02T03:04:05Z\nvars.a.b = 'c'\n"
      "list = [1, [2], {x = 3}]\n[[kv_namespaces]]\nbinding = \"A\"\n[[kv_namespaces]]\nbinding = 'B'\n"
      "[env.prod]\nname = '''p'''\n",
      "f");
  CHECK(value.find("name")->text == "w");
  CHECK(value.find("flag")->boolean);
  CHECK(value.find("whole")->number == 16);
  CHECK(value.find("real")->number == 2.5);
  CHECK(value.find("day")->type == Value::Type::other);
  CHECK(value.find("vars")->find("a")->find("b")->text == "c");
  CHECK(value.find("list")->items.at(2).find("x")->number == 3);
  REQUIRE(value.find("kv_namespaces")->items.size() == 2);
  CHECK(value.find("kv_namespaces")->items[1].find("binding")->text == "B");
  CHECK(value.find("kv_namespaces")->items[1].at.line == 10);
  CHECK(value.find("env")->find("prod")->find("name")->text == "p");
}

TEST_CASE("TOML: a syntax error names file, line and column and shows the line") {
  const std::string failure = toml_failure("name = \"w\"\nbinding = oops\n");
  CHECK(failure.starts_with("wrangler.toml:2:"));
  CHECK(failure.find("\n  binding = oops\n") != std::string::npos);
  CHECK(toml_failure("a = 1\na = 2\n").starts_with("wrangler.toml:2:"));
  CHECK(toml_failure("a = \"no end").starts_with("wrangler.toml:1:"));
  CHECK(toml_failure("[a\nb = 1").starts_with("wrangler.toml:1:"));
}

TEST_CASE("TOML: keys and nesting without bounds are refused before the parser recurses") {
  for (const std::string& bomb :
       {repeated("a.", 500'000) + "a = 1", "[" + repeated("a.", 500'000) + "a]",
        "[[" + repeated("a.", 500'000) + "a]]", "a = " + repeated("[", 100'000),
        "a = " + repeated("{a=", 100'000), "a = {" + repeated("\"b\" . ", 100'000) + "c = 1}",
        repeated("[a.b.c.d.e.f.g.h]\n", 50'000)}) {
    const std::string failure = toml_failure(bomb);
    CAPTURE(bomb.substr(0, 20));
    CHECK(failure != "no error");
    CHECK(failure.size() < 500);
  }
}

TEST_CASE("TOML: a bomb cannot hide behind a string") {
  const std::string bomb = repeated("a.", 100'000) + "a = 1\n";
  for (const char* before : {"s = \"\"\"x\\\"\"\"\n\"\"\"\n", "s = \"\"\"\"q\"\"\"\"\n", "s = '''q'''''\n",
                             "s = '\\'\n", "s = \"\\\"\"\n", "s = \"\"\n", "s = ''\n", "# \"\"\"\n"}) {
    CAPTURE(before);
    CHECK(parse_toml(before, "f").type == Value::Type::object);
    CHECK(toml_failure(before + bomb).find("a key has more than 32 parts") != std::string::npos);
  }
  CHECK(toml_failure("s = [\"\"\"q\"\"\"\", " + repeated("[", 100'000)).find("nested more than 100 deep") !=
        std::string::npos);
}

TEST_CASE("TOML: what looks like a bomb inside a string is text") {
  const std::string dots = repeated("a.", 1000) + repeated("[", 1000);
  CHECK(parse_toml("s = \"\"\"\n" + dots + "\"\"\"\n", "f").find("s")->text == dots);
  CHECK(parse_toml("s = '''" + dots + "'''\n", "f").find("s")->text == dots);
  CHECK(parse_toml("s = '" + dots + "' # " + dots + "\n", "f").find("s")->text == dots);
}
