// `corral kv key` as a shell sees it: exit status, exact stdout, stderr, files.
#include <string>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace {

const std::vector<std::string> in_n = {"--namespace-id", "n"};

std::vector<std::string> with_n(std::vector<std::string> words) {
  words.insert(words.begin() + 3, in_n.begin(), in_n.end());
  return words;
}

void put(Shell& shell, const std::string& key, const std::string& value, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"kv", "key", "put", key, value};
  words.insert(words.end(), more.begin(), more.end());
  const ProcessResult result = shell.corral(with_n(words));
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
}

}  // namespace

TEST_CASE("put and get: bytes in, the same bytes out, nothing else") {
  Shell shell;
  put(shell, "k", "value");
  ProcessResult result = shell.corral(with_n({"kv", "key", "get", "k"}));
  CHECK(result.status == 0);
  CHECK(result.out == "value");
  CHECK(result.err.empty());
  CHECK(shell.corral(with_n({"kv", "key", "get", "k", "--text"})).out == "value\n");
  put(shell, "empty", "");
  CHECK(shell.corral(with_n({"kv", "key", "get", "empty"})).out.empty());
  CHECK(shell.corral(with_n({"kv", "key", "get", "empty"})).status == 0);
  put(shell, "json", "{}");
  CHECK(shell.corral(with_n({"kv", "key", "get", "json"})).out == "{}");
  put(shell, "list", "[1,2]");
  CHECK(shell.corral(with_n({"kv", "key", "get", "list"})).out == "[1,2]");
  result = shell.corral(with_n({"kv", "key", "put", "dash", "--", "-5"}));
  CHECK(result.status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "get", "dash"})).out == "-5");
}

TEST_CASE("put from a file and from standard input") {
  Shell shell;
  const std::string bytes("\0\xFF\n\r", 4);
  shell.write("file", bytes);
  CHECK(shell.corral(with_n({"kv", "key", "put", "f", "--path", "file"})).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "get", "f"})).out == bytes);
  CHECK(shell.corral(with_n({"kv", "key", "put", "s", "--path", "-"}), bytes + bytes).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "get", "s"})).out == bytes + bytes);
  const ProcessResult missing = shell.corral(with_n({"kv", "key", "put", "m", "--path", "none"}));
  CHECK(missing.status == 1);
  CHECK(missing.err.find("none") != std::string::npos);
  CHECK(shell.corral(with_n({"kv", "key", "put", "m", "--path", "."})).status == 1);
}

TEST_CASE("a missing key is exit 1, a note, and an empty stdout; deleting one is exit 0") {
  Shell shell;
  ProcessResult result = shell.corral(with_n({"kv", "key", "get", "nope"}));
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK(result.err == "corral: no key \"nope\" in KV namespace n\n");
  CHECK(shell.corral(with_n({"kv", "key", "info", "nope"})).status == 1);
  CHECK(shell.corral(with_n({"kv", "key", "copy", "nope", "x"})).status == 1);
  CHECK(shell.corral(with_n({"kv", "key", "rename", "nope", "x"})).status == 1);
  result = shell.corral(with_n({"kv", "key", "delete", "nope"}));
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  CHECK_FALSE(std::filesystem::exists(shell.folder() / ".wrangler"));
}

TEST_CASE("put refuses what KV refuses, and leaves nothing") {
  Shell shell;
  const std::vector<std::vector<std::string>> wrong = {
      {"", "v"},
      {".", "v"},
      {"..", "v"},
      {std::string(513, 'k'), "v"},
      {"\xFF", "v"},
      {"k"},
      {"k", "v", "--path", "x"},
      {"k", "v", "--ttl", "59"},
      {"k", "v", "--ttl", "1.5"},
      {"k", "v", "--ttl", "abc"},
      {"k", "v", "--expiration", "5"},
      {"k", "v", "--expiration", "99999999999999"},
      {"k", "v", "--metadata", "{"},
      {"k", "v", "--metadata", "{\"m\":\"" + std::string(1017, 'm') + "\"}"},
      {"k", "v", "--metadata", "[1]"},
      {"k", "v", "more"},
      {"k", "v", "--backend", "other"},
      {"k", "v", "--remote"},
      {"k", "v", "--nonsense"},
  };
  for (const auto& words : wrong) {
    std::vector<std::string> line = {"kv", "key", "put"};
    line.insert(line.end(), words.begin(), words.end());
    CAPTURE(words);
    const ProcessResult result = shell.corral(with_n(line));
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK(result.err.rfind("corral: ", 0) == 0);
  }
  CHECK(shell.corral({"kv", "key", "put", "k", "v"}).status == 1);
  CHECK(shell.corral({"kv", "key", "put", "k", "v", "--namespace-id", "n", "--binding", "B"}).status == 1);
  CHECK_FALSE(std::filesystem::exists(shell.folder() / ".wrangler"));
  put(shell, "k", "v", {"--expiration", "253402300799", "--metadata", " {\"a\" : [1.50, null]} "});
  CHECK(
      shell.corral(with_n({"kv", "key", "list"})).out ==
      "[\n  {\n    \"name\": \"k\",\n    \"expiration\": 253402300799,\n    \"metadata\": {\n      \"a\": [\n"
      "        1.5,\n        null\n      ]\n    }\n  }\n]\n");
}

TEST_CASE("--if-absent keeps what is there") {
  Shell shell;
  put(shell, "k", "first", {"--if-absent"});
  const ProcessResult result = shell.corral(with_n({"kv", "key", "put", "k", "second", "--if-absent"}));
  CHECK(result.status == 1);
  CHECK(result.err.find("exists already") != std::string::npos);
  CHECK(shell.corral(with_n({"kv", "key", "get", "k"})).out == "first");
}

TEST_CASE("lists in every form") {
  Shell shell;
  CHECK(shell.corral(with_n({"kv", "key", "list"})).out == "[]\n");
  CHECK(shell.corral(with_n({"kv", "key", "list", "--names"})).out.empty());
  CHECK(shell.corral(with_n({"kv", "key", "list", "--page"})).out ==
        "{\n  \"keys\": [],\n  \"list_complete\": true\n}\n");
  put(shell, "a:1", "12345");
  put(shell, "a:2", "x");
  put(shell, "b", "x", {"--metadata", "{}"});
  CHECK(shell.corral(with_n({"kv", "key", "list"})).out ==
        "[\n  {\n    \"name\": \"a:1\"\n  },\n  {\n    \"name\": \"a:2\"\n  },\n  {\n    \"name\": \"b\",\n  "
        "  \"metadata\": {}\n  }\n]\n");
  CHECK(shell.corral(with_n({"kv", "key", "list", "--names", "--prefix", "a:"})).out == "a:1\na:2\n");
  CHECK(shell.corral(with_n({"kv", "key", "list", "-0", "--glob", "*:2"})).out == std::string("a:2\0", 4));
  CHECK(shell.corral(with_n({"kv", "key", "list", "--ndjson", "--long", "--prefix", "a:1"})).out ==
        "{\"name\":\"a:1\",\"size\":5}\n");
  ProcessResult page = shell.corral(with_n({"kv", "key", "list", "--names", "--limit", "2"}));
  CHECK(page.out == "a:1\na:2\n");
  const std::string flag = "--cursor ";
  REQUIRE(page.err.find(flag) != std::string::npos);
  const std::string cursor = page.err.substr(page.err.find(flag) + flag.size());
  page =
      shell.corral(with_n({"kv", "key", "list", "--names", "--cursor", cursor.substr(0, cursor.size() - 1)}));
  CHECK(page.out == "b\n");
  CHECK(page.err.empty());
  CHECK(shell.corral(with_n({"kv", "key", "list", "--limit", "3"})).err.empty());
  CHECK(shell.corral(with_n({"kv", "key", "list", "--limit", "0"})).status == 1);
  CHECK(shell.corral(with_n({"kv", "key", "list", "--cursor", "!"})).status == 1);
  CHECK(shell.corral(with_n({"kv", "key", "list", "--names", "--ndjson"})).status == 1);
}

TEST_CASE("copy, rename and delete") {
  Shell shell;
  put(shell, "a", "value", {"--metadata", "{\"m\":1}", "--ttl", "1000"});
  CHECK(shell.corral(with_n({"kv", "key", "copy", "a", "b"})).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "rename", "b", "c"})).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "rename", "c", "d", "--to-namespace-id", "other"})).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "list", "--names"})).out == "a\n");
  const std::string there = shell.corral({"kv", "key", "list", "--namespace-id", "other", "--ndjson"}).out;
  CHECK(there.rfind("{\"name\":\"d\",\"expiration\":", 0) == 0);
  CHECK(there.find("\"metadata\":{\"m\":1}}") != std::string::npos);
  CHECK(shell.corral({"kv", "key", "get", "d", "--namespace-id", "other"}).out == "value");
  for (const char* key : {"p:1", "p:2", "q"}) put(shell, key, "x");
  const ProcessResult refused = shell.corral(with_n({"kv", "key", "delete", "--prefix", "p:"}));
  CHECK(refused.status == 1);
  CHECK(refused.err.find("--force") != std::string::npos);
  CHECK(shell.corral(with_n({"kv", "key", "delete", "--prefix", "p:", "--force"})).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "delete", "q", "a"})).status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "list"})).out == "[]\n");
}

TEST_CASE("on a terminal there are tables, and stored text cannot steer it") {
  Shell shell;
  put(shell, "evil\x1B[2J", "value\x1B]0;title\x07 with\ttab");
  ProcessResult result = shell.on_terminal(with_n({"kv", "key", "list", "--long"}));
  CHECK(result.status == 0);
  CHECK(result.screen.find("\x1B[2J") == std::string::npos);
  CHECK(result.screen.find("evil\\x1b[2J") != std::string::npos);
  result = shell.on_terminal(with_n({"kv", "key", "get", "evil\x1B[2J"}));
  CHECK(result.screen.find('\x07') == std::string::npos);
  CHECK(result.screen.find("value\\x1b]0;title\\x07 with") != std::string::npos);
  result = shell.on_terminal(with_n({"kv", "key", "delete", "--prefix", "evil"}), "n\n");
  CHECK(result.status == 1);
  result = shell.on_terminal(with_n({"kv", "key", "delete", "--prefix", "evil"}), "y\n");
  CHECK(result.status == 0);
  CHECK(shell.corral(with_n({"kv", "key", "list"})).out == "[]\n");
}
