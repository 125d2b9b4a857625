// `corral kv bulk` as a shell sees it.
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::peak_below;
using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace {

ProcessResult bulk_put(Shell& shell, const std::string& text, std::vector<std::string> more = {}) {
  shell.write("pairs.json", text);
  std::vector<std::string> words = {"kv", "bulk", "put", "pairs.json", "--namespace-id", "n"};
  words.insert(words.end(), more.begin(), more.end());
  return shell.corral(words);
}

std::string names(Shell& shell, const std::string& id = "n") {
  return shell.corral({"kv", "key", "list", "--names", "--namespace-id", id}).out;
}

}  // namespace

TEST_CASE("bulk put stores pairs from an array, lines and a pipe") {
  Shell shell;
  ProcessResult result =
      bulk_put(shell, R"([{"key":"a","value":"1"},{"key":"b","value":"AP8=","base64":true}])");
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(result.err == "stored 2 pairs\n");
  CHECK(shell.corral({"kv", "key", "get", "b", "--namespace-id", "n"}).out == std::string("\0\xFF", 2));
  CHECK(bulk_put(shell, "{\"key\":\"c\",\"value\":\"1\"}\n{\"key\":\"c\",\"value\":\"2\"}\n").status == 0);
  CHECK(shell.corral({"kv", "key", "get", "c", "--namespace-id", "n"}).out == "2");
  result = shell.corral({"kv", "bulk", "put", "-", "--namespace-id", "n"}, R"([{"key":"d","value":"1"}])");
  CHECK(result.status == 0);
  CHECK(names(shell) == "a\nb\nc\nd\n");
  CHECK(bulk_put(shell, "[]").status == 0);
}

TEST_CASE("one bad item and nothing is stored; each is named with its index, twelve at most") {
  Shell shell;
  ProcessResult result = bulk_put(
      shell,
      R"([{"key":"a","value":"1"},{"key":"b"},{"key":"c","value":"1","expiration_ttl":5},{"key":"..","value":"1"}])");
  CHECK(result.status == 1);
  CHECK(result.err.find("3 of 4 items") != std::string::npos);
  CHECK(result.err.find("item 1: \"value\" is missing") != std::string::npos);
  CHECK(result.err.find("item 2: expiration_ttl 5") != std::string::npos);
  CHECK(result.err.find("item 3: ") != std::string::npos);
  std::string many = "[1";
  for (int i = 0; i < 29; ++i) many += ",1";
  result = bulk_put(shell, many + "]");
  CHECK(result.err.find("item 11: ") != std::string::npos);
  CHECK(result.err.find("item 12: ") == std::string::npos);
  CHECK(result.err.find("and 18 more") != std::string::npos);
  for (const char* text : {"", "{", "[{\"key\":\"a\",\"value\":\"1\"}", "{\"a\":1}", "nonsense"}) {
    CHECK(bulk_put(shell, text).status == 1);
  }
  CHECK(shell.corral({"kv", "bulk", "put", "none.json", "--namespace-id", "n"}).status == 1);
  CHECK(names(shell).empty());
}

TEST_CASE("unknown properties and flags without effect are warnings") {
  Shell shell;
  const ProcessResult result =
      bulk_put(shell, R"([{"key":"a","value":"1","colour":"red"}])", {"--ttl", "100"});
  CHECK(result.status == 0);
  CHECK(result.err.find("unknown property \"colour\"") != std::string::npos);
  CHECK(result.err.find("--ttl") != std::string::npos);
  CHECK(shell.corral({"kv", "key", "list", "--ndjson", "--namespace-id", "n"}).out == "{\"name\":\"a\"}\n");
}

TEST_CASE("bulk get prints wrangler's object; export and import are byte for byte") {
  Shell shell;
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  shell.write("bytes", all);
  CHECK(shell
            .script(
                "corral kv key put bytes --path bytes --metadata '{\"n\":1.5}' --ttl 9000 --namespace-id n\n"
                "corral kv key put text 'é\"' --namespace-id n\n"
                "corral kv key put empty '' --namespace-id n")
            .status == 0);
  shell.write("keys.json", R"(["text", {"name": "missing"}, "text", "empty"])");
  CHECK(shell.corral({"kv", "bulk", "get", "keys.json", "--namespace-id", "n"}).out ==
        "{\n  \"text\": {\n    \"value\": \"é\\\"\"\n  },\n  \"missing\": {\n    \"value\": null\n  },\n  "
        "\"empty\": {\n    \"value\": \"\"\n  }\n}\n");
  for (const char* form : {"", "--ndjson"}) {
    for (const char* backend : {"wrangler", "lmdb"}) {
      const ProcessResult moved =
          shell.script(std::string("corral kv bulk get --all ") + form +
                       " --namespace-id n > first.json\n"
                       "corral kv bulk put first.json --namespace-id copy --backend " +
                       backend +
                       "\n"
                       "corral kv bulk get --all " +
                       form + " --namespace-id copy --backend " + backend +
                       " > second.json\n"
                       "corral kv key get bytes --namespace-id copy --backend " +
                       backend + " | cmp - bytes\n");
      CAPTURE(moved.err);
      CHECK(moved.status == 0);
      CHECK(shell.read("first.json") == shell.read("second.json"));
      CHECK(shell.read("first.json").find("\"base64\":") != std::string::npos);
    }
  }
  CHECK(shell.corral({"kv", "bulk", "get", "--prefix", "none", "--namespace-id", "n"}).out == "[]\n");
  CHECK(shell.corral({"kv", "bulk", "get", "--namespace-id", "n"}).status == 1);
}

TEST_CASE("bulk delete wants --force in a script, and deletes nothing for a bad file") {
  Shell shell;
  bulk_put(shell, R"([{"key":"a","value":"1"},{"key":"b","value":"1"},{"key":"c","value":"1"}])");
  shell.write("keys.json", R"(["a", {"name":"b"}, "zz"])");
  CHECK(shell.corral({"kv", "bulk", "delete", "keys.json", "--namespace-id", "n"}).status == 1);
  CHECK(names(shell) == "a\nb\nc\n");
  shell.write("bad.json", R"(["a", 5, {"key":"b"}, ""])");
  const ProcessResult bad =
      shell.corral({"kv", "bulk", "delete", "bad.json", "--force", "--namespace-id", "n"});
  CHECK(bad.status == 1);
  CHECK(bad.err.find("item 1:") != std::string::npos);
  CHECK(bad.err.find("item 2:") != std::string::npos);
  CHECK(bad.err.find("item 3:") != std::string::npos);
  CHECK(names(shell) == "a\nb\nc\n");
  CHECK(shell.corral({"kv", "bulk", "delete", "keys.json", "-f", "--namespace-id", "n"}).status == 0);
  CHECK(names(shell) == "c\n");
}

TEST_CASE("a large file is read as a stream: memory stays small") {
  Shell shell;
  {
    std::ofstream file(shell.folder() / "large.json", std::ios::binary);
    const std::string value(1000, 'v');
    file << "[";
    for (int i = 0; i < 100'000; ++i) {
      file << (i == 0 ? "" : ",") << R"({"key":"key)" << i << R"(","value":")" << value << "\"}";
    }
    file << "]";
  }
  for (const char* backend : {"wrangler", "lmdb"}) {
    CAPTURE(backend);
    const ProcessResult result =
        shell.corral({"kv", "bulk", "put", "large.json", "--namespace-id", "n", "--backend", backend});
    CAPTURE(result.err);
    CHECK(result.status == 0);
    CHECK(peak_below(result, 64));
    MESSAGE(std::string(backend) << ": at most " << result.peak_kib / 1024 << " MiB for 107 MB of pairs");
    const ProcessResult info =
        shell.corral({"kv", "namespace", "info", "--namespace-id", "n", "--backend", backend});
    CHECK(info.out.find("\"keys\": 100000") != std::string::npos);
  }
}
