#include "completions/engine.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/has.hpp"
#include "tests/unit/cli/made_up_commands.hpp"

namespace corral::testing {

namespace {

std::string complete(const std::vector<std::string>& words) {
  std::vector<std::string> line{"__complete", "--"};
  line.insert(line.end(), words.begin(), words.end());
  const RunResult result = run(line);
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  return result.out;
}

}  // namespace

TEST_CASE("command words are completed") {
  CHECK(has(complete({""}), "kv\tKeys and values\nshow\tPrint the arguments\n"));
  CHECK_FALSE(has(complete({""}), "secret"));
  CHECK(complete({"sh"}) == "show\tPrint the arguments\n");
  CHECK(complete({"kv", ""}) == "key\tSingle keys\n");
  CHECK(complete({"keyvalue", "k", "g"}) == "get\tRead one value\n");
  CHECK(complete({"-e", "prod", "kv", "k"}) == "key\tSingle keys\n");
  CHECK(complete({"help", "kv", ""}) == "key\tSingle keys\n");
  CHECK(complete({"nonsense", ""}).empty());
  CHECK(complete({}) == complete({""}));
}

TEST_CASE("flags are completed with their descriptions, used ones no more") {
  CHECK(complete({"show", "--nam"}) == "--namespace-id\tThe id of the namespace\n");
  CHECK(has(complete({"kv", "--"}), "--config\tRead this wrangler config\n"));
  CHECK(has(complete({"show", "--"}), "--json\t"));
  CHECK_FALSE(has(complete({"show", "--"}), "--secret"));
  CHECK_FALSE(has(complete({"show", "-y", "--"}), "--force"));
  CHECK(has(complete({"show", "--table=x", "--"}), "--table"));
  CHECK(complete({"show", "--", "-"}).empty());
}

TEST_CASE("values are completed") {
  CHECK(complete({"show", "--place", ""}) == "eu\nfedramp\nweur\n");
  CHECK(complete({"show", "--place=f"}) == "--place=fedramp\n");
  CHECK(complete({"show", "--force="}) == "--force=true\n--force=false\n");
  CHECK(complete({"show", "--path", "x"}) == ":files\n");
  CHECK(complete({"show", "--path=x"}) == ":files\n");
  CHECK(complete({"--cwd", ""}) == ":dirs\n");
  CHECK(complete({"kv", "key", "get", "-c", ""}) == ":files\n");
}

TEST_CASE("live values know the line so far; what cannot be a line is left out") {
  CHECK(complete({"kv", "key", "get", "--binding", "C"}) == "CACHE\n");
  CHECK(complete({"kv", "key", "get", "--binding=S"}) == "--binding=SESSIONS\n");
  CHECK(complete({"kv", "key", "get", "user:"}) == "user:1\nuser:2\n");
  CHECK(complete({"kv", "key", "get", "--binding", "XY", "X"}) == "XY\n");
  CHECK(complete({"-e", "prod", "kv", "key", "get", "--", "env"}) == "env-prod\n");
  CHECK_FALSE(has(complete({"kv", "key", "get", ""}), "break"));
  CHECK(complete({"kv", "key", "get", "one", ""}).empty());
  CHECK(complete({"kv", "key", "get", "--bogus", "u"}) == "user:1\nuser:2\n");
}

TEST_CASE("a completer that fails gives nothing") {
  CHECK(complete({"kv", "key", "get", "--binding", "BROKEN", ""}).empty());
  CHECK(complete({"--cwd", "/nowhere/at/all", "kv", "key", "get", ""}).empty());
}

}  // namespace corral::testing
