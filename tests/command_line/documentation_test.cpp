// What the README and the help show works as it stands, and wrangler's words are all there.
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The leaves of the command tree by their words: "kv key put".
void collect(const json& command, const std::string& path, std::map<std::string, json>& leaves) {
  if (command.contains("commands") && !command["commands"].empty()) {
    for (const json& child : command["commands"]) {
      collect(child, (path.empty() ? "" : path + " ") + std::string(child["name"]), leaves);
    }
    return;
  }
  leaves[path] = command;
}

std::map<std::string, json> all_leaves() {
  Shell shell;
  std::map<std::string, json> leaves;
  collect(json::parse(shell.corral({"help", "--json"}).out), "", leaves);
  return leaves;
}

}  // namespace

TEST_CASE("every block of the README that a mark names runs") {
  Shell shell;
  const std::string readme = text_of(CORRAL_SOURCE "/README.md");
  const std::string mark = "<!-- test: ";
  const std::string open = "```sh\n";
  int blocks = 0;
  for (std::size_t at = readme.find(mark); at != std::string::npos; at = readme.find(mark, at + 1)) {
    const std::size_t start = readme.find(open, at) + open.size();
    const std::string block = readme.substr(start, readme.find("```", start) - start);
    const ProcessResult result = shell.script(block);
    CAPTURE(block);
    CAPTURE(result.err);
    CHECK(result.status == 0);
    ++blocks;
  }
  CHECK(blocks >= 10);
}

TEST_CASE("every example in the help runs") {
  for (const auto& [path, command] : all_leaves()) {
    CAPTURE(path);
    CHECK_FALSE(command["examples"].empty());
    for (const json& example : command["examples"]) {
      Shell shell;
      shell.write(
          "wrangler.jsonc",
          R"({"kv_namespaces":[{"binding":"CACHE","id":"c"},{"binding":"SESSIONS","id":"s"},{"binding":"COPY","id":"p"}],
              "d1_databases":[{"binding":"DB","database_name":"my-db","database_id":"d"}]})");
      shell.write("logo.png", "png");
      shell.write("pairs.json", R"([{"key":"a","value":"1"}])");
      shell.write("keys.json", R"(["a"])");
      shell.write("users.csv", "id,name\n2,Grace\n");
      shell.write("schema.sql", "CREATE TABLE made(a);");
      const ProcessResult ready = shell.script(
          "corral kv key put greeting hello --binding CACHE; corral kv key put logo x --binding CACHE;"
          "corral d1 execute my-db --command 'CREATE TABLE users(id INTEGER PRIMARY KEY, name); INSERT INTO "
          "users VALUES(1, 5)';"
          "sqlite3 old.sqlite 'CREATE TABLE old(a); INSERT INTO old VALUES(1)'; cp old.sqlite "
          "snapshot.sqlite");
      REQUIRE(ready.status == 0);
      const std::string line = example;
      if (line.find("my-cache") != std::string::npos) {
        REQUIRE(shell.script("corral kv namespace create my-cache").status == 0);
      }
      // Deleting asks; here there is nobody to answer.
      const bool asks = line == "corral kv namespace delete my-cache" || line == "corral d1 delete my-db";
      const ProcessResult result = shell.script(line);
      CAPTURE(line);
      CAPTURE(result.err);
      CHECK(result.status == (asks ? 1 : 0));
    }
  }
}

TEST_CASE("wrangler's commands are all there, with every argument and flag") {
  const auto leaves = all_leaves();
  const json surface =
      json::parse(text_of(CORRAL_SOURCE "/tests/command_line/wrangler-4.164.0-surface.json"));
  int commands = 0;
  for (const json& theirs : surface) {
    const std::string path = theirs["command"];
    const bool later = path.rfind("d1 migrations", 0) == 0 || path.rfind("d1 time-travel", 0) == 0;
    if (later || (path.rfind("kv ", 0) != 0 && path.rfind("d1 ", 0) != 0)) continue;
    ++commands;
    CAPTURE(path);
    REQUIRE(leaves.contains(path));
    const json& ours = leaves.at(path);
    std::set<std::string> names;
    for (const json& option : ours["options"]) {
      for (const json& name : option["names"]) names.insert(name);
    }
    for (const json& option : theirs["options"]) {
      for (const json& name : option["names"]) {
        CAPTURE(name);
        CHECK((names.contains(name) || name == "--remote" || name == "--json"));
      }
    }
    for (std::size_t i = 0; i < theirs["positionals"].size(); ++i) {
      REQUIRE(ours["positionals"].size() > i);
      CHECK(ours["positionals"][i]["name"] == theirs["positionals"][i]["name"]);
    }
  }
  CHECK(commands == 11 + 7);
}
