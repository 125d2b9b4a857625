// `corral kv namespace` and `corral which` as a shell sees them.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

TEST_CASE("a namespace made in an empty folder can be used at once, by title and id") {
  Shell shell;
  const ProcessResult made = shell.corral({"kv", "namespace", "create", "my-cache"});
  CHECK(made.status == 0);
  const json snippet = json::parse(made.out);
  const std::string id = snippet["kv_namespaces"][0]["id"];
  CHECK(id.size() == 32);
  CHECK(snippet["kv_namespaces"][0]["binding"] == "my_cache");
  CHECK(made.out == "{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"my_cache\",\n      \"id\": \"" +
                        id + "\"\n    }\n  ]\n}\n");
  CHECK(shell.corral({"kv", "key", "put", "k", "1", "--namespace", "my-cache"}).status == 0);
  CHECK(shell.corral({"kv", "key", "get", "k", "--namespace-id", id}).out == "1");
  CHECK(shell.corral({"kv", "key", "get", "k", "--binding", "my-cache"}).out == "1");
  const ProcessResult again = shell.corral({"kv", "namespace", "create", "my-cache"});
  CHECK(again.status == 1);
  CHECK(again.out.empty());
  const json list = json::parse(shell.corral({"kv", "namespace", "list"}).out);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["id"] == id);
  CHECK(list[0]["title"] == "my-cache");
  CHECK(list[0]["keys"] == 1);
  CHECK(list[0]["bytes"] == 1);
}

TEST_CASE("wrangler's names for bindings, previews and environments") {
  Shell shell;
  const auto snippet = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"kv", "namespace", "create"});
    return json::parse(shell.corral(words).out)["kv_namespaces"][0];
  };
  CHECK(snippet({"my-cache.x"})["binding"] == "my_cachex");
  CHECK(snippet({"9lives"})["binding"] == "_9lives");
  CHECK(snippet({"été"})["binding"] == "t");
  CHECK(snippet({"A", "--binding", "FOO"})["binding"] == "FOO");
  CHECK(snippet({"A", "--preview"}).contains("preview_id"));
  CHECK(snippet({"A", "-e", "prod"}).contains("id"));
  const json list = json::parse(shell.corral({"kv", "namespace", "list"}).out);
  std::vector<std::string> titles;
  for (const auto& one : list) titles.push_back(one["title"]);
  CHECK(titles == std::vector<std::string>{"9lives", "A", "A_preview", "my-cache.x", "prod-A", "été"});
}

TEST_CASE("--update-config adds the binding and keeps the file's layout") {
  Shell shell;
  shell.write("wrangler.jsonc",
              "{\n  // the Worker\n  \"name\": \"w\",\n  \"kv_namespaces\": [\n    { \"binding\": \"OLD\", "
              "\"id\": \"o\" }, // kept\n  ],\n}\n");
  const ProcessResult made = shell.corral({"kv", "namespace", "create", "NEW", "--update-config"});
  CHECK(made.status == 0);
  const std::string id = json::parse(made.out)["kv_namespaces"][0]["id"];
  CHECK(shell.read("wrangler.jsonc") ==
        "{\n  // the Worker\n  \"name\": \"w\",\n  \"kv_namespaces\": [\n    { \"binding\": \"OLD\", \"id\": "
        "\"o\" }, // kept\n"
        "    { \"binding\": \"NEW\", \"id\": \"" +
            id + "\" },\n  ],\n}\n");
  CHECK(shell.corral({"kv", "key", "put", "k", "1", "--binding", "NEW"}).status == 0);
  CHECK(shell.corral({"kv", "key", "get", "k", "--namespace-id", id}).out == "1");
  Shell empty;
  const ProcessResult refused = empty.corral({"kv", "namespace", "create", "X", "--update-config"});
  CHECK(refused.status == 1);
  CHECK(refused.err.find("config") != std::string::npos);
  CHECK(empty.corral({"kv", "namespace", "list"}).out == "[]\n");
}

TEST_CASE("--update-config and --binding change a binding that exists") {
  for (const bool derived : {false, true}) {
    Shell shell;
    shell.write("wrangler.toml",
                "# mine\n[[kv_namespaces]]\nbinding = \"MY_NS\"\nid = \"old\" # x\npreview_id = \"p\"\n");
    const ProcessResult made = derived
                                   ? shell.corral({"kv", "namespace", "create", "MY-NS", "--update-config"})
                                   : shell.corral({"kv", "namespace", "create", "n", "--binding", "MY_NS"});
    CAPTURE(made.err);
    CHECK(made.status == 0);
    CHECK(made.err.find("in place of id \"old\"") != std::string::npos);
    const std::string id = json::parse(made.out)["kv_namespaces"][0]["id"];
    CHECK(shell.read("wrangler.toml") ==
          "# mine\n[[kv_namespaces]]\nbinding = \"MY_NS\"\nid = \"" + id + "\" # x\npreview_id = \"p\"\n");
    CHECK(shell.corral({"kv", "key", "put", "k", "v", "--binding", "MY_NS", "--preview", "false"}).status ==
          0);
  }
}

TEST_CASE("--update-config refuses a name that another kind of binding has, and makes nothing") {
  Shell shell;
  const std::string config = R"({"vars": {"KV": "x"}, "d1_databases": [{"binding": "DB"}]})";
  shell.write("wrangler.json", config);
  for (const char* name : {"KV", "DB"}) {
    const ProcessResult refused = shell.corral({"kv", "namespace", "create", name, "--update-config"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("choose another name with --binding") != std::string::npos);
  }
  CHECK(shell.read("wrangler.json") == config);
  CHECK(shell.corral({"kv", "namespace", "list"}).out == "[]\n");
}

TEST_CASE("rename, info and delete") {
  Shell shell;
  shell.corral({"kv", "namespace", "create", "one"});
  shell.corral({"kv", "namespace", "create", "two"});
  CHECK(shell.corral({"kv", "namespace", "rename", "one", "--new-name", "two"}).status == 1);
  CHECK(shell.corral({"kv", "namespace", "rename", "none", "--new-name", "x"}).status == 1);
  CHECK(shell.corral({"kv", "namespace", "rename", "one", "--new-name", "uno"}).status == 0);
  CHECK(shell.corral({"kv", "key", "put", "k", "12345", "--namespace", "uno"}).status == 0);
  const json info = json::parse(shell.corral({"kv", "namespace", "info", "uno"}).out);
  CHECK(info["keys"] == 1);
  CHECK(info["bytes"] == 5);
  CHECK(info["expired"] == 0);
  CHECK(info["biggest"][0]["name"] == "k");
  const ProcessResult refused = shell.corral({"kv", "namespace", "delete", "uno"});
  CHECK(refused.status == 1);
  CHECK(refused.err.find("-y") != std::string::npos);
  CHECK(shell.corral({"kv", "key", "get", "k", "--namespace", "uno"}).out == "12345");
  CHECK(shell.corral({"kv", "namespace", "delete", "uno", "-y"}).status == 0);
  CHECK(json::parse(shell.corral({"kv", "namespace", "list"}).out).size() == 1);
  CHECK(shell.corral({"kv", "namespace", "delete", "--namespace-id", "unknown", "-y"}).status == 0);
}

TEST_CASE("bindings resolve through the config; a mistake elsewhere is a warning") {
  Shell shell;
  shell.write("project/wrangler.json",
              R"({"name": "w", "kv_namespaces": [{"binding": "CACHE", "id": "c"}, {"binding": "SESSIONS"}],
    "r2_buckets": [{"binding": 5}], "bogus": 1})");
  std::filesystem::create_directories(shell.folder() / "project/src");
  ProcessResult result =
      shell.corral({"kv", "key", "put", "k", "1", "--binding", "CACHE", "--cwd", "project/src"});
  CHECK(result.status == 0);
  CHECK(result.err.find("r2_buckets[0].binding") != std::string::npos);
  CHECK(result.err.find("\"bogus\"") != std::string::npos);
  CHECK(std::filesystem::exists(shell.folder() / "project/.wrangler/state/v3/kv/c/blobs"));
  result = shell.corral({"kv", "key", "get", "k", "--binding", "CACH", "-c", "project/wrangler.json"});
  CHECK(result.status == 1);
  CHECK(result.err.find("no KV namespace with binding \"CACH\" in wrangler.json; it has: CACHE, SESSIONS") !=
        std::string::npos);
  shell.write("project/wrangler.json",
              R"({"kv_namespaces": [{"binding": "CACHE", "id": 7}, {}], "r2_buckets": 1})");
  result = shell.corral({"kv", "key", "get", "k", "--binding", "CACHE", "--cwd", "project"});
  CHECK(result.status == 1);
  CHECK(result.err.find("kv_namespaces[0].id must be a string, but is a number") != std::string::npos);
  CHECK(result.err.find("kv_namespaces[1].binding is missing") != std::string::npos);
  CHECK(shell.corral({"kv", "key", "get", "k", "--namespace-id", "c", "--cwd", "project"}).out == "1");
}

TEST_CASE("which tells how a name was resolved") {
  Shell shell;
  shell.write(
      "wrangler.toml",
      "name = \"w\"\n\n[[kv_namespaces]]\nbinding = \"CACHE\"\nid = \"c1\"\n\n[[env.prod.kv_namespaces]]\n"
      "binding = \"CACHE\"\nid = \"c2\"\n\n[[d1_databases]]\nbinding = \"DB\"\ndatabase_name = "
      "\"base\"\ndatabase_id = \"d\"\n");
  const json top = json::parse(shell.corral({"which", "CACHE"}).out);
  REQUIRE(top.size() == 1);
  CHECK(top[0]["id"] == "c1");
  CHECK(top[0]["exists"] == false);
  CHECK(std::string(top[0]["source"]).find("wrangler.toml:3") != std::string::npos);
  const json prod = json::parse(shell.corral({"which", "CACHE", "-e", "prod"}).out);
  CHECK(prod[0]["id"] == "c2");
  CHECK(std::string(prod[0]["source"]).find("prod") != std::string::npos);
  const json base = json::parse(shell.corral({"which", "base"}).out);
  CHECK(base[0]["kind"] == "D1 database");
  CHECK(std::string(base[0]["file"]).find("v3/d1/miniflare-D1DatabaseObject/") != std::string::npos);
  const ProcessResult nothing = shell.corral({"which", "nothing"});
  CHECK(nothing.status == 1);
  CHECK(nothing.out.empty());
}

TEST_CASE("the state folder: --persist-to, CORRAL_STATE, both backends") {
  Shell shell;
  CHECK(shell.corral({"kv", "key", "put", "k", "1", "--namespace-id", "n", "--persist-to", "here"}).status ==
        0);
  CHECK(std::filesystem::exists(shell.folder() / "here/v3/kv/n/blobs"));
  CHECK(shell.script("CORRAL_STATE=here corral kv key get k --namespace-id n").out == "1");
  CHECK(shell.script("CORRAL_BACKEND=lmdb CORRAL_STATE=here corral kv key put k 2 --namespace-id n").status ==
        0);
  CHECK(shell.script("CORRAL_STATE=here corral kv key get k --namespace-id n").out == "1");
  CHECK(shell.script("CORRAL_STATE=here corral kv key get k --namespace-id n --backend lmdb").out == "2");
  CHECK(shell.script("CORRAL_BACKEND=paper corral kv key get k --namespace-id n").status == 1);
  CHECK_FALSE(std::filesystem::exists(shell.folder() / ".wrangler"));
}
