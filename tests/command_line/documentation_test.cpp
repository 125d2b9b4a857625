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

/// Twelve migrations with their down parts, none applied, and a seed.
void write_migrations(const Shell& shell) {
  for (int i = 1; i <= 12; ++i) {
    const std::string number = (i < 10 ? "000" : "00") + std::to_string(i);
    const std::string name = i == 3 ? "posts" : i == 4 ? "countries" : "t" + std::to_string(i);
    shell.write("migrations/" + number + "_" + name + ".sql", "CREATE TABLE " + name + "(a);");
    shell.write("migrations/down/" + number + "_" + name + ".sql", "DROP TABLE " + name + ";");
  }
  shell.write("seeds/users.sql", "INSERT INTO users VALUES(7, 'x');");
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
  for (const auto& [path, command] : all_leaves()) {
    CAPTURE(path);
    CHECK_FALSE(command["examples"].empty());
    for (const json& example : command["examples"]) {
      Shell shell;
      shell.write(
          "wrangler.jsonc",
          R"({"kv_namespaces":[{"binding":"CACHE","id":"c"},{"binding":"SESSIONS","id":"s"},{"binding":"COPY","id":"p"}],
              "d1_databases":[{"binding":"DB","database_name":"my-db","database_id":"d"}],
              "r2_buckets":[{"binding":"FILES","bucket_name":"my-bucket"}],
              "name":"my-app","durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"},
                {"name":"BACKUP","class_name":"Backup"}]},
              "queues":{"producers":[{"binding":"MAILS","queue":"mails"},{"binding":"JOBS","queue":"jobs"},
                {"binding":"LOST","queue":"lost-mails"},{"binding":"PULLED","queue":"pulled"},
                {"binding":"SUBSCRIBED","queue":"subscribed"}]}})");
      shell.write("messages.json", R"([{"body":"hello"},{"body":{"to":"ada"},"delay_seconds":1}])");
      shell.write("logo.png", "png");
      shell.write("pairs.json", R"([{"key":"a","value":"1"}])");
      shell.write("keys.json", R"(["a"])");
      shell.write("users.csv", "id,name\n2,Grace\n");
      shell.write("schema.sql", "CREATE TABLE made(a);");
      write_migrations(shell);
      shell.write("objects.json", R"([{"key":"logo","file":"logo.png"}])");
      shell.write("public/index.html", "<p>");
      shell.write(
          "lifecycle.json",
          R"({"rules":[{"id":"a","deleteObjectsTransition":{"condition":{"type":"Age","maxAge":60}}}]})");
      shell.write("lock.json", R"({"rules":[{"id":"a","prefix":"x/","condition":{"type":"Indefinite"}}]})");
      shell.write("cors.json", R"({"rules":[{"allowed":{"origins":["*"],"methods":["GET"]}}]})");
      REQUIRE(
          shell
              .script(
                  "corral r2 object put my-bucket/logo.png --file logo.png;"
                  "corral r2 bucket lifecycle add my-bucket daily tmp/ --expire-days 1;"
                  "corral r2 bucket lock add my-bucket audit audit/ --retention-days 1;"
                  "corral r2 bucket notification create my-bucket --event-type object-delete --queue events;"
                  "corral r2 bucket domain add my-bucket --domain files.example.com --zone-id z")
              .status == 0);
      const ProcessResult ready = shell.script(
          "corral kv key put greeting hello --binding CACHE; corral kv key put logo x --binding CACHE;"
          "corral queues send mails ready; corral queues consumer add jobs worker-of-jobs;"
          "corral queues consumer http add pulled;"
          "corral queues subscription create subscribed --source kv --events namespace.created;"
          "corral d1 execute my-db --command 'CREATE TABLE users(id INTEGER PRIMARY KEY, name); INSERT INTO "
          "users VALUES(1, 5)';"
          "sqlite3 old.sqlite 'CREATE TABLE old(a); INSERT INTO old VALUES(1)'; cp old.sqlite "
          "snapshot.sqlite");
      REQUIRE(ready.status == 0);
      const std::string line = example;
      if (path.starts_with("do ")) {
        shell.write("rows.sql", "INSERT INTO visits VALUES(2);");
        REQUIRE(shell
                    .script("corral do storage put Counter --name alpha visits 1;"
                            "corral do sql Counter --name alpha --command 'CREATE TABLE visits(n)'")
                    .status == 0);
      }
      if (line.find("my-cache") != std::string::npos) {
        REQUIRE(shell.script("corral kv namespace create my-cache").status == 0);
      }
      if (path.starts_with("state ")) {
        REQUIRE(
            shell
                .script(
                    "corral state save base; corral state save later; corral state export exported.tar.zst "
                    "--snapshot base")
                .status == 0);
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
    if (path.rfind("d1 time-travel", 0) == 0) continue;
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
  CHECK(commands == 11 + 10 + 38 + 22);
}
