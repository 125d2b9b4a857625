// The words of other command lines, and the completions of ours.
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

TEST_CASE("the words of Cloudflare's cf and of other versions of wrangler") {
  Shell shell;
  CHECK(shell.corral({"kv", "namespaces", "create", "N"}).status == 0);
  CHECK(shell.corral({"kv", "keys", "put", "k", "v", "--namespace", "N"}).status == 0);
  CHECK(shell.corral({"kv", "namespaces", "get", "N"}).out ==
        shell.corral({"kv", "namespace", "info", "N"}).out);
  CHECK(shell.corral({"r2", "buckets", "create", "bucket"}).status == 0);
  CHECK(shell.corral({"r2", "objects", "put", "bucket/k", "--pipe"}, "v").status == 0);
  CHECK(shell.corral({"r2", "buckets", "get", "bucket"}).status == 0);
  CHECK(shell.corral({"r2", "objects", "get", "bucket/k", "--pipe"}).out == "v");
  CHECK(shell.corral({"d1", "create", "db"}).status == 0);
  CHECK(shell.corral({"d1", "query", "db", "--command", "SELECT 1"}).status == 0);
  CHECK(shell.corral({"d1", "get", "db"}).status == 0);
  CHECK(shell.corral({"durable-objects", "namespaces", "list"}).status == 0);
  CHECK(shell.corral({"queues", "create", "q"}).status == 0);
  CHECK(shell.corral({"queues", "get", "q"}).status == 0);
  for (const char* words : {"push q x", "bulk-push q -", "pull q", "peek q", "ack q x", "purge q"}) {
    CAPTURE(words);
    CHECK(shell.script("corral queues messages " + std::string(words) + " --help </dev/null").status == 0);
  }
  const std::vector<std::pair<std::vector<std::string>, std::string>> meant = {
      {{"kv:key", "put", "k", "v", "--binding=N"}, "\"corral kv key put\""},
      {{"kv:namespace", "list"}, "\"corral kv namespace list\""},
      {{"kv:bulk", "put", "f"}, "\"corral kv bulk put\""},
      {{"kv", "get", "k"}, "did you mean \"corral kv key get\""},
      {{"r2", "put", "b/k"}, "did you mean \"corral r2 object put\""},
      {{"d1", "apply", "db"}, "\"corral d1 migrations apply\""},
      {{"d1", "backup", "list", "db"}, "\"corral d1 time-travel\""},
      {{"d1", "execute", "db", "select 1"}, "--command 'select 1'"},
      {{"deploy"}, "\"wrangler deploy\""}};
  for (const auto& [words, hint] : meant) {
    const ProcessResult refused = shell.corral(words);
    CAPTURE(refused.err);
    CHECK(refused.status == 1);
    CHECK(refused.err.find(hint) != std::string::npos);
  }
}

TEST_CASE("complete prints what the build installs") {
  Shell shell;
  for (const char* name : {"bash", "zsh", "fish", "powershell"}) {
    const ProcessResult script = shell.corral({"complete", name});
    CHECK(script.status == 0);
    CHECK(script.out.find("__complete") != std::string::npos);
  }
  CHECK(shell.script("eval \"$(corral complete bash)\"; complete -p corral").out ==
        "complete -F _corral corral\n");
  CHECK(shell.corral({"complete", "csh"}).err.find("bash, zsh, fish, powershell") != std::string::npos);
  CHECK(shell.corral({"--help"}).out.find("  help ") != std::string::npos);
}

TEST_CASE("--version --json says what a build consists of, and licenses prints the texts") {
  Shell shell;
  for (const std::string line : {"corral --version --json", "corral --json -v"}) {
    const ProcessResult version = shell.script(line);
    CAPTURE(line);
    CHECK(version.status == 0);
    for (const char* key : {"\"version\"", "\"sqlite\"", "\"lmdb\"", "\"openssl\"", "\"tested_with\""})
      CHECK(version.out.find(key) != std::string::npos);
  }
  // The versions of wrangler, here and in the README, are those that ./dev interop --all-wranglers runs.
  std::ifstream wranglers(CORRAL_SOURCE "/tests/wranglers.txt");
  std::ifstream readme_file(CORRAL_SOURCE "/README.md");
  const std::string readme(std::istreambuf_iterator<char>(readme_file), {});
  const std::string build = shell.corral({"--version", "--json"}).out;
  int versions = 0;
  for (std::string version; std::getline(wranglers, version);) {
    if (version.starts_with('#')) continue;
    CAPTURE(version);
    CHECK(build.find('"' + version + '"') != std::string::npos);
    CHECK(readme.find(version) != std::string::npos);
    ++versions;
  }
  CHECK(versions >= 5);
  const ProcessResult licenses = shell.corral({"licenses"});
  CHECK(licenses.status == 0);
  for (const char* part : {"OpenLDAP Public License", "Apache License", "LESSER GENERAL PUBLIC LICENSE",
                           "GCC RUNTIME LIBRARY EXCEPTION", "May you do good and not evil"})
    CHECK(licenses.out.find(part) != std::string::npos);
  CHECK(shell.corral({"completions", "bash"}).out == shell.corral({"complete", "bash"}).out);
}
