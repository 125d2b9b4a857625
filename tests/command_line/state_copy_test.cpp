// `corral state copy`: KV entries from one storage format to the other.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

TEST_CASE("state copy takes KV entries from one backend to the other, and back") {
  Shell shell;
  const auto run = [&](const std::vector<std::string>& arguments) {
    const ProcessResult result = shell.corral(arguments);
    CAPTURE(result.err);
    REQUIRE(result.status == 0);
    return json::parse(result.out, nullptr, false);
  };
  const auto list = [&](const std::string& backend) {
    return run({"kv", "key", "list", "--namespace-id", "c", "--backend", backend});
  };
  REQUIRE(shell
              .script("corral kv key put a 1 --namespace-id c; corral kv key put b 2 --namespace-id c;"
                      "corral kv key put m x --namespace-id c --metadata '{\"n\":1}' --ttl 1000")
              .status == 0);
  CHECK(shell.corral({"state", "copy"}).status == 1);
  CHECK(shell.corral({"state", "copy", "--from", "lmdb", "--to", "lmdb"}).status == 1);
  CHECK(run({"state", "copy", "--from", "wrangler", "--to", "lmdb"})["entries"] == 3);
  CHECK(list("lmdb") == list("wrangler"));
  CHECK(run({"state", "reset", "--kv", "-y"}).size() == 1);
  CHECK(list("lmdb").empty());
  REQUIRE(shell.corral({"kv", "key", "put", "k", "v", "--namespace-id", "c", "--backend", "lmdb"}).status ==
          0);
  CHECK(run({"state", "copy", "--from", "lmdb", "--to", "wrangler", "-y"})["entries"] == 1);
  CHECK(shell.corral({"kv", "key", "get", "k", "--namespace-id", "c"}).out == "v");
}
