#include "commands/command/arguments.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "cli/line/declared_command.hpp"

namespace corral {

namespace {

struct Values {
  std::string key;
  std::vector<std::string> many;
  std::vector<PlacedText> puts;
  std::vector<PlacedText> gets;
  std::optional<std::int64_t> count;
  std::optional<double> ratio;
  std::optional<std::string> colour;
  bool flag = false;
};

/// Of the command declared last.
std::shared_ptr<Values> converted;

Run declare(Arguments& arguments) {
  auto values = std::make_shared<Values>();
  required(add_text(arguments, "key", values->key, "The key"));
  add_texts(arguments, "--many", values->many, "Many texts");
  add_placed_texts(arguments, "--put", values->puts, "A text");
  add_placed_texts(arguments, "--get", values->gets, "Another text");
  shown_default(value_name(add_integer(arguments, "-c,--count,--number", values->count, "A count"), "COUNT"),
                "0");
  add_number(arguments, "--ratio", values->ratio, "A number");
  add_choice(arguments, "--colour", values->colour, {"red", "a,b", "{}"}, "One of them");
  hidden(add_flag(arguments, "--flag", values->flag, "A flag"));
  converted = values;
  return [values](Context&) {};
}

Command made_up() {
  Command command;
  command.names = {"made-up"};
  command.declare = declare;
  return command;
}

using Given = std::vector<std::pair<std::string, std::string>>;

void give(DeclaredCommand& command, const Given& given) {
  for (const auto& [name, value] : given) {
    for (const auto* list : {&command.positionals(), &command.options()}) {
      for (const Argument& argument : *list) {
        if (argument.name() == name) command.give(argument, value);
      }
    }
  }
}

std::string error_with(const Given& given) {
  DeclaredCommand command(made_up());
  try {
    give(command, given);
    command.convert();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("arguments are described by data") {
  const DeclaredCommand command(made_up());
  REQUIRE(command.positionals().size() == 1);
  CHECK(command.positionals()[0].written() == "<key>");
  CHECK(command.positionals()[0].required);
  const std::vector<Argument>& options = command.options();
  REQUIRE(options.size() == 7);
  CHECK(options[0].repeatable);
  CHECK(options[0].greedy);
  CHECK(options[1].repeatable);
  CHECK_FALSE(options[1].greedy);
  CHECK(options[3].names == std::vector<std::string>{"-c", "--number", "--count"});
  CHECK(options[3].type == ArgumentType::integer);
  CHECK(options[3].value_name == "COUNT");
  CHECK(options[3].default_value == "0");
  CHECK(options[4].value_name == "NUMBER");
  CHECK(options[5].choices == std::vector<std::string>{"red", "a,b", "{}"});
  CHECK(options[6].is_flag());
  CHECK(options[6].value_name.empty());
  CHECK(options[6].hidden);
}

TEST_CASE("values reach the command's variables byte for byte, those of placed flags with their order") {
  DeclaredCommand command(made_up());
  give(command, {{"key", "[1,2]"},
                 {"--put", "3:x"},
                 {"--get", ""},
                 {"--put", "%%"},
                 {"--many", "{}"},
                 {"--many", ""},
                 {"--count", "007"},
                 {"--ratio", "1e3"},
                 {"--colour", "a,b"},
                 {"--flag", "false"},
                 {"--flag", "true"}});
  command.convert();
  CHECK(converted->key == "[1,2]");
  REQUIRE(converted->puts.size() == 2);
  REQUIRE(converted->gets.size() == 1);
  CHECK(converted->puts[0].text == "3:x");
  CHECK(converted->puts[0].place < converted->gets[0].place);
  CHECK(converted->gets[0].place < converted->puts[1].place);
  CHECK(converted->many == std::vector<std::string>{"{}", ""});
  CHECK(converted->count == 7);
  CHECK(converted->ratio == 1000);
  CHECK(converted->colour == "a,b");
  CHECK(converted->flag);
}

TEST_CASE("what does not fit is a usage error that names the argument") {
  CHECK(error_with({{"key", "k"}}).empty());
  CHECK(error_with({}) == "<key> is missing");
  CHECK(error_with({{"key", "a"}, {"key", "b"}}) == R"(<key> takes one value, but was given "a" and "b")");
  CHECK(error_with({{"key", "k"}, {"--count", "x"}}) == R"(--count must be a whole number, but is "x")");
  CHECK(error_with({{"key", "k"}, {"--count", ""}}) == "--count must be a whole number, but is empty");
  CHECK(error_with({{"key", "k"}, {"--count", "9223372036854775808"}}).find("--count must be") == 0);
  CHECK(error_with({{"key", "k"}, {"--ratio", "inf"}}) == R"(--ratio must be a number, but is "inf")");
  CHECK(error_with({{"key", "k"}, {"--colour", "blue"}}).find("--colour must be one of red, a,b") == 0);
}

}  // namespace corral
