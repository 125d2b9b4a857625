#include "commands/arguments.hpp"

#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "cli/declared_command.hpp"

namespace corral {

namespace {

/// Plain CLI11 declarations, as a command may use them too.
Run declare_plainly(CLI::App& app) {
  struct Values {
    std::string text;
    std::vector<std::string> many;
    int count = 0;
    bool flag = false;
    bool other = false;
  };
  auto values = std::make_shared<Values>();
  CLI::Option* text = app.add_option("--text", values->text, "Some text");
  app.add_option("--many", values->many, "Many texts");
  app.add_option("--count", values->count, "A count")->check(CLI::Range(1, 9))->capture_default_str();
  app.add_flag("--flag", values->flag, "A flag")->needs(text);
  app.add_flag("--other", values->other, "Another flag")->excludes(text);
  return [values](Context&) { static_cast<void>(values); };
}

Command plain() {
  Command command;
  command.names = {"plain"};
  command.declare = declare_plainly;
  return command;
}

std::string error_with(const std::vector<std::pair<std::string, std::string>>& given) {
  DeclaredCommand command(plain());
  try {
    for (const auto& [name, value] : given) {
      for (const Argument& argument : command.options()) {
        if (argument.name() == name) command.give(argument, value);
      }
    }
    command.convert();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("plain CLI11 declarations are described") {
  const DeclaredCommand command(plain());
  REQUIRE(command.options().size() == 5);
  CHECK(command.options()[0].type == ArgumentType::text);
  CHECK(command.options()[1].repeatable);
  CHECK(command.options()[2].type == ArgumentType::integer);
  CHECK(command.options()[2].default_value == "0");
  CHECK(command.options()[3].is_flag());
}

TEST_CASE("CLI11's rules and failures become usage errors that name the flag") {
  CHECK(error_with({{"--count", "5"}}).empty());
  CHECK(error_with({{"--count", "x"}}).find("--count") == 0);
  CHECK(error_with({{"--count", "77"}}).find("--count does not take \"77\"") == 0);
  CHECK(error_with({{"--flag", "true"}}) == "--flag works only together with --text");
  CHECK(error_with({{"--flag", "true"}, {"--text", "[a,b]"}}).empty());
  CHECK(error_with({{"--other", "true"}, {"--text", "x"}}).find("cannot be given together") !=
        std::string::npos);
}

}  // namespace corral
