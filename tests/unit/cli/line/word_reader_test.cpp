#include "cli/line/word_reader.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;

namespace {

Argument argument(std::vector<std::string> names, ArgumentType type, bool greedy = false) {
  Argument argument;
  argument.names = std::move(names);
  argument.type = type;
  argument.greedy = greedy;
  return argument;
}

/// Every token of a line as "flag=value", words as they are, separated by "|"; an option without its value as
/// "flag…".
std::string tokens(const std::vector<std::string>& words) {
  static const std::vector<Argument> own = {argument({"-f", "--force"}, ArgumentType::boolean),
                                            argument({"--no-data"}, ArgumentType::boolean),
                                            argument({"--namespace-id"}, ArgumentType::text),
                                            argument({"-l", "--limit"}, ArgumentType::integer),
                                            argument({"-0"}, ArgumentType::boolean),
                                            argument({"--table"}, ArgumentType::text, true)};
  static const std::vector<Argument> global = {argument({"-e", "--env"}, ArgumentType::text),
                                               argument({"-v", "--limit"}, ArgumentType::boolean)};
  const KnownFlags known{own, global, "corral x"};
  WordReader reader(words);
  std::string text;
  while (!reader.done()) {
    const Token token = reader.next(known);
    if (!text.empty()) text += "|";
    if (token.option != nullptr) text += token.option->name() + (token.complete ? "=" : "…");
    text += token.value;
  }
  return text;
}

ErrorKind refusal(const std::vector<std::string>& words) {
  return kind_of_failure([&] { tokens(words); });
}

}  // namespace

TEST_CASE("an option's value is the next word, or follows its = or its letter") {
  CHECK(tokens({"--namespace-id", "a", "--namespace-id=b", "--namespace-id="}) ==
        "--namespace-id=a|--namespace-id=b|--namespace-id=");
  CHECK(tokens({"-l", "5", "-l6", "-l=7"}) == "--limit=5|--limit=6|--limit=7");
  CHECK(tokens({"--namespace-id=a=b"}) == "--namespace-id=a=b");
  CHECK(tokens({"--namespaceId", "a"}) == "--namespace-id=a");
  CHECK(tokens({"-e", "prod"}) == "--env=prod");
  CHECK(tokens({"--limit"}) == "--limit…");  // the command's own flag wins over the global one
}

TEST_CASE("a boolean flag stands alone, takes true or false, and can be turned off") {
  CHECK(tokens({"--force", "word"}) == "--force=true|word");
  CHECK(tokens({"--force", "false", "-f", "true", "--force=false"}) ==
        "--force=false|--force=true|--force=false");
  CHECK(tokens({"--no-force", "--no-force=false"}) == "--force=false|--force=true");
  CHECK(tokens({"--no-data"}) == "--no-data=true");
  CHECK(tokens({"-f=false"}) == "--force=false");
  CHECK(refusal({"--force=yes"}) == ErrorKind::usage);
  CHECK(refusal({"-f=1"}) == ErrorKind::usage);
  CHECK(refusal({"--no-limit"}) == ErrorKind::usage);
}

TEST_CASE("letters can be joined; the last may have a value") {
  CHECK(tokens({"-fv"}) == "--force=true|--limit=true");
  CHECK(tokens({"-fl5"}) == "--force=true|--limit=5");
  CHECK(tokens({"-fl", "5"}) == "--force=true|--limit=5");
  CHECK(tokens({"-vf", "false"}) == "--limit=true|--force=false");
  CHECK(refusal({"-fx"}) == ErrorKind::usage);
}

TEST_CASE("what begins with a dash is a word if it is a number, text, or comes after --") {
  CHECK(tokens({"-", "-5", "-.5", "-l", "-5"}) == "-|-5|-.5|--limit=-5");
  CHECK(tokens({"-0"}) == "-0=true");
  CHECK(tokens({"-- a comment\nSELECT 1"}) == "-- a comment\nSELECT 1");
  CHECK(tokens({"--", "--force", "-x", "--"}) == "--force|-x|--");
  CHECK(tokens({"--namespace-id=-x"}) == "--namespace-id=-x");
  CHECK(refusal({"--namespace-id", "--force"}) == ErrorKind::usage);
}

TEST_CASE("a greedy option takes the words after it, up to the next flag or --") {
  CHECK(tokens({"--table", "a", "b", "--force", "c"}) == "--table=a|--table=b|--force=true|c");
  CHECK(tokens({"--table", "a", "--", "b"}) == "--table=a|b");
}

TEST_CASE("an unknown flag is refused with the nearest that there is, and then passed") {
  const std::vector<Argument> own = {argument({"--force"}, ArgumentType::boolean)};
  const KnownFlags known{own, {}, "corral x"};
  const std::vector<std::string> words = {"--forse", "word"};
  WordReader reader(words);
  const Error error = failure_of([&] { reader.next(known); });
  CHECK(error.message() == "unknown flag \"--forse\" for corral x");
  CHECK(error.hint().find("did you mean --force?") == 0);
  CHECK(reader.next(known).value == "word");
  CHECK(reader.done());
}
