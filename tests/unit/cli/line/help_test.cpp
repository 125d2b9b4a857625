#include "cli/line/help.hpp"

#include <algorithm>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/has.hpp"
#include "tests/unit/cli/made_up_commands.hpp"

namespace corral::testing {

TEST_CASE("help comes at every level and in every form, on stdout, with status 0") {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"--help"},
                                             {"-h"},
                                             {"help"},
                                             {"kv"},
                                             {"help", "kv"},
                                             {"kv", "--help"},
                                             {"-h", "kv", "key"},
                                             {"kv", "key", "get", "-h"},
                                             {"help", "kv", "key", "get"},
                                             {"kv", "help", "key", "get"},
                                             {"show", "a", "b", "c", "--help"}}) {
    const RunResult result = run(words);
    CHECK(result.status == 0);
    CHECK(has(result.out, "Usage: corral"));
    CHECK(result.err.empty());
  }
  CHECK(run({"kv"}).out == run({"help", "keyvalue"}).out);
  CHECK(run({"help", "kv", "kye"}).status == 1);
}

TEST_CASE("a leaf's help shows all of it") {
  const std::string help = run({"kv", "key", "put", "--help"}).out;
  CHECK(has(help, "Write one value\n\nUsage: corral kv key put <first> [<second>] [flags]\n"));
  CHECK(has(help, "  <first>   The first word\n"));
  CHECK(has(help, "--namespace-id ID"));
  CHECK(has(help, "-l, --limit INT"));
  CHECK(has(help, "How many at most (default: 1000)"));
  CHECK(has(help, "Where it is (one of: eu, fedramp, weur)"));
  CHECK(has(help, "--ttl SECONDS"));
  CHECK(has(help, "  -y, --force "));
  CHECK(has(help, "Global flags:\n  -c, --config FILE"));
  CHECK_FALSE(has(help, "secret"));
  CHECK(has(run({"kv", "key", "get", "--help"}).out, "Examples:\n  corral kv key get greeting"));
}

TEST_CASE("help is among the commands of the root, and its JSON says which commands only read") {
  CHECK(has(run({}).out, "  help  "));
  CHECK_FALSE(has(run({"kv"}).out, "  help  "));
  CHECK(nlohmann::json::parse(run({"help", "show", "--json"}).out)["reads_only"] == true);
  CHECK(nlohmann::json::parse(run({"help", "edit", "--json"}).out)["reads_only"] == false);
}

TEST_CASE("a group's help shows its commands and their aliases, but not hidden ones") {
  const std::string help = run({}).out;
  CHECK(has(help, "kv     Keys and values (also: keyvalue)"));
  CHECK_FALSE(has(help, "secret"));
}

TEST_CASE("help keeps to the width") {
  Command command;
  command.names = {"show"};
  command.declare = made_up_commands()[1].declare;
  for (const int width : {1, 40, 60, 100, 300}) {
    std::istringstream lines(help_text({command, "corral show"}, {.width = width, .colour = false}));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("Usage")) continue;
      CHECK(line.size() <= static_cast<std::size_t>(std::clamp(width, 40, 100)));
    }
  }
}

TEST_CASE("help --json is the whole tree as data") {
  const auto json = nlohmann::json::parse(run({"help", "--json"}).out);
  CHECK(json["command"] == "corral");
  CHECK(json["version"] == "0.1.0");
  CHECK(json["global_options"][0]["names"] == nlohmann::json{"-c", "--config"});
  const auto& kv = json["commands"][0];
  CHECK(kv["aliases"] == nlohmann::json{"keyvalue"});
  const auto& get = kv["commands"][0]["commands"][0];
  CHECK(get["command"] == "corral kv key get");
  CHECK(get["positionals"][0] ==
        nlohmann::json{{"name", "key"}, {"type", "string"}, {"required", true}, {"description", "The key"}});
  CHECK(get["examples"].size() == 1);
  const auto& show = json["commands"][1];
  const auto option = [&](const std::string& name) {
    for (const auto& each : show["options"]) {
      if (each["names"].back() == name) return each;
    }
    return nlohmann::json();
  };
  CHECK(option("--limit")["type"] == "integer");
  CHECK(option("--limit")["default"] == "1000");
  CHECK(option("--ttl")["type"] == "number");
  CHECK(option("--force")["type"] == "boolean");
  CHECK(option("--path")["type"] == "file");
  CHECK(option("--table")["repeatable"] == true);
  CHECK(option("--place")["choices"] == nlohmann::json{"eu", "fedramp", "weur"});
  CHECK(option("--secret").is_null());
  CHECK(nlohmann::json::parse(run({"kv", "key", "get", "--help", "--json"}).out)["name"] == "get");
}

TEST_CASE("the version is printed alone") {
  CHECK(run({"--version"}).out == "0.1.0\n");
  CHECK(run({"kv", "key", "get", "-v"}).out == "0.1.0\n");
}

TEST_CASE("help explains topics, as text and as JSON") {
  CHECK(has(run({}).out, "  help config "));
  for (const std::string topic : {"config", "output", "exit-status", "environment"}) {
    CAPTURE(topic);
    const RunResult result = run({"help", topic});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    CHECK(result.out.size() > 200);
    const auto json = nlohmann::json::parse(run({"help", topic, "--json"}).out);
    CHECK(json["name"] == topic);
    CHECK_FALSE(json["sections"].empty());
  }
  CHECK(has(run({"help", "exit-status"}).out, "  130  Interrupted"));
  CHECK(has(run({"help", "environment"}).out, "  CORRAL_STATE "));
  CHECK(nlohmann::json::parse(run({"help", "--json"}).out)["topics"].size() == 4);
  CHECK_FALSE(nlohmann::json::parse(run({"help", "kv", "--json"}).out).contains("topics"));
}

TEST_CASE("a topic is one only after help, and nothing follows it") {
  CHECK(run({"config"}).status == 1);
  CHECK(run({"help", "config", "kv"}).status == 1);
  CHECK(has(run({"help", "config", "kv"}).err, "usage: corral help config"));
  CHECK(run({"help", "kv", "config"}).status == 1);
}

}  // namespace corral::testing
