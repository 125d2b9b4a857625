// Names and folders that lie elsewhere: in another environment, one folder up or down.
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

TEST_CASE("a name that only an environment has leads to it") {
  Shell shell;
  shell.write("wrangler.jsonc", R"({
    "kv_namespaces": [{"binding": "TOP", "id": "t"}],
    "env": {
      "production": {
        "kv_namespaces": [{"binding": "CACHE", "id": "c"}],
        "d1_databases": [{"binding": "DB", "database_name": "shop", "database_id": "d"}],
        "r2_buckets": [{"binding": "FILES", "bucket_name": "files"}],
        "queues": {"producers": [{"binding": "MAILS", "queue": "mails"}]},
        "durable_objects": {"bindings": [{"name": "ROOM", "class_name": "Room"}]}},
      "staging": {"kv_namespaces": [{"binding": "CACHE", "id": "s"}]}}})");
  const std::vector<std::vector<std::string>> only_production = {
      {"d1", "info", "shop"},
      {"d1", "execute", "DB", "--command", "SELECT 1"},
      {"r2", "object", "list", "FILES"},
      {"r2", "bucket", "info", "files"},
      {"queues", "info", "mails"},
      {"queues", "send", "MAILS", "x"},
      {"do", "list", "ROOM"},
      {"do", "list", "Room"},
      {"which", "DB"},
      {"state", "reset", "shop", "--force"}};
  for (const auto& words : only_production) {
    CAPTURE(words.front());
    const ProcessResult refused = shell.corral(words);
    CHECK(refused.status == 1);
    CHECK(refused.err.find("--env production has it") != std::string::npos);
    CHECK(refused.err.find(" create ") == std::string::npos);
  }
  CHECK(shell.corral({"kv", "key", "list", "--binding", "CACHE"})
            .err.find("--env production and --env staging have it") != std::string::npos);
  CHECK(shell.corral({"kv", "key", "list", "--binding", "TOP", "--env", "staging"})
            .err.find("the top level has it") != std::string::npos);
  CHECK(shell.corral({"kv", "key", "list", "--binding", "NONE"}).err.find("namespace create NONE") !=
        std::string::npos);
}

TEST_CASE("a state root that is one level off is named") {
  Shell shell;
  REQUIRE(
      shell
          .script("corral kv namespace create N; corral kv key put k v --namespace N; corral d1 create db;"
                  "corral d1 execute db --command 'CREATE TABLE t(a)'")
          .status == 0);
  const auto list = [&](const std::string& root) {
    return shell.corral({"kv", "namespace", "list", "--persist-to", root});
  };
  CHECK(list(".wrangler/state").status == 0);
  for (const char* inside : {".wrangler/state/v3", ".wrangler/state/v3/"}) {
    const ProcessResult refused = list(inside);
    CHECK(refused.status == 1);
    CHECK(refused.err.find("no v3") != std::string::npos);
    CHECK(refused.err.find("name the folder around it: ") != std::string::npos);
    CHECK(refused.err.find("/.wrangler/state\n") != std::string::npos);
  }
  CHECK(list(".wrangler").err.find("write --persist-to .wrangler/state") != std::string::npos);
  CHECK(shell.script("CORRAL_STATE=.wrangler corral d1 list").status == 1);
  CHECK(shell.script("mkdir -p old/d1; touch old/d1/DB.sqlite3; corral d1 list --persist-to old").status ==
        1);
  // A project's own folders are none of a state.
  CHECK(
      shell.script("mkdir -p own/d1; touch own/d1/schema.sql; corral d1 create x --persist-to own").status ==
      0);
  CHECK(std::filesystem::exists(shell.folder() / "own/v3"));
  CHECK_FALSE(std::filesystem::exists(shell.folder() / "old/v3"));
}
