// What the README and the help show works as it stands, and wrangler's words are all there.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/command_tree.hpp"
#include "tests/command_line/example_project.hpp"
#include "tests/command_line/shell.hpp"

using corral::testing::all_leaves;
using corral::testing::make_example_project;
using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The examples that do not end with 0 in that project: what they are asked to tell, or to ask.
const std::map<std::string, int> other_statuses = {
    {"corral kv namespace delete my-cache", 1},
    {"corral d1 delete my-db", 1},
    {"corral d1 migrations status my-db --exit-code", 3},
    {"corral d1 time-travel restore my-db --timestamp 2026-07-13T08:46:42Z", 1},
    {"corral d1 schema diff my-db ./migrations --exit-code", 3},
};

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
  Shell prepared;
  make_example_project(prepared);
  for (const auto& [path, command] : all_leaves()) {
    CAPTURE(path);
    CHECK_FALSE(command["examples"].empty());
    for (const json& example : command["examples"]) {
      Shell shell;
      std::filesystem::copy(prepared.folder(), shell.folder(), std::filesystem::copy_options::recursive);
      const std::string line = example;
      if (line.find("my-cache") != std::string::npos) {
        REQUIRE(shell.script("corral kv namespace create my-cache").status == 0);
      }
      if (path == "d1 migrations rollback" || line.find("--unapplied") != std::string::npos) {
        REQUIRE(shell.script("corral d1 migrations apply my-db").status == 0);
      }
      const auto other = other_statuses.find(line);
      const ProcessResult result = shell.script(line);
      CAPTURE(line);
      CAPTURE(result.err);
      CHECK(result.status == (other == other_statuses.end() ? 0 : other->second));
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
  CHECK(commands == 11 + 12 + 38 + 22);
}
