// `corral do storage` as a shell sees it.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/do_project.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

TEST_CASE("a value goes in and comes out as JSON, whatever JSON lacks too") {
  Shell shell;
  corral::testing::write_do_project(shell);
  const auto put = [&](const std::string& key, const std::string& value) {
    return shell.corral({"do", "storage", "put", "Counter", "--name", "alpha", key, value}).status;
  };
  const auto get = [&](const std::string& key) {
    return shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", key}).out;
  };
  CHECK(put("n", "42") == 0);
  CHECK(get("n") == "42\n");
  CHECK(put("o", R"({"a":[1,{"$date":"2026-01-31"}]})") == 0);
  CHECK(get("o") == "{\n  \"a\": [\n    1,\n    {\"$date\":\"2026-01-31T00:00:00.000Z\"}\n  ]\n}\n");
  CHECK(put("-n", "1") == 1);
  CHECK(put("t", "hello") == 1);
  CHECK(shell.corral({"do", "storage", "put", "COUNTER", "--name", "alpha", "t", "hello", "--text"}).status ==
        0);
  CHECK(get("t") == "\"hello\"\n");
  // The same object by its id and the start of it, and the bytes as they are.
  const std::string id = "850e3a8cd3cd77da1d0560ce32f6b110eafa8f74d92dd718256592d70cf74341";
  CHECK(shell.corral({"do", "storage", "get", "Counter", id, "n"}).out == "42\n");
  CHECK(shell.corral({"do", "storage", "get", "Counter", "850E3", "n"}).out == "42\n");
  CHECK(shell.corral({"durable-objects", "storage", "get", "Counter", "85", "n", "--raw"}).out ==
        "\xFF\x0FIT");
  CHECK(shell
            .script("corral do storage get Counter 85 o --raw |"
                    "corral do storage put Counter 85 copy --raw --path -;"
                    "corral do storage get Counter 85 copy --raw | cmp - <(corral do storage get Counter 85 "
                    "o --raw)")
            .status == 0);
  CHECK(shell.corral({"do", "storage", "put", "Counter", "85", "bad", "--raw", "--path", "-"}, "no value")
            .status == 1);
  CHECK(shell.corral({"do", "storage", "put", "Counter", "85", "stdin", "--path", "-"}, "[1]").status == 0);
  CHECK(get("stdin") == "[\n  1\n]\n");
}

TEST_CASE("what is not there is an error on stderr, and nothing is made by reading") {
  Shell shell;
  corral::testing::write_do_project(shell);
  const ProcessResult none = shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", "n"});
  CHECK(none.status == 1);
  CHECK(none.out.empty());
  CHECK(none.err.find("not stored") != std::string::npos);
  CHECK(shell.script("! test -e .wrangler").status == 0);
  shell.corral({"do", "storage", "put", "Counter", "--name", "alpha", "n", "1"});
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", "m"}).status == 1);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "alpha"}).status == 1);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", "n", "m"}).status == 1);
  CHECK(shell.corral({"do", "storage", "get", "Nope", "--name", "alpha", "n"}).status == 1);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "00", "n"}).status == 1);
  const ProcessResult by_name = shell.corral({"do", "storage", "get", "Counter", "alpha", "n"});
  CHECK(by_name.status == 1);
  CHECK(by_name.err.find("--name 'alpha'") != std::string::npos);
}

TEST_CASE("lists have ranges, a direction and pages") {
  Shell shell;
  corral::testing::write_do_project(shell);
  REQUIRE(
      shell.script("for k in a b:1 b:2 c; do corral do storage put Counter --name alpha $k '\"v'$k'\"'; done")
          .status == 0);
  const auto keys = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"do", "storage", "list", "Counter", "--name", "alpha", "--keys"});
    return shell.corral(more).out;
  };
  CHECK(keys({}) == "a\nb:1\nb:2\nc\n");
  CHECK(keys({"--prefix", "b:"}) == "b:1\nb:2\n");
  CHECK(keys({"--start", "b:2", "--end", "c"}) == "b:2\n");
  CHECK(keys({"--reverse", "--limit", "2"}) == "c\nb:2\n");
  const ProcessResult page =
      shell.corral({"do", "storage", "list", "Counter", "--name", "alpha", "--limit", "2", "--ndjson"});
  CHECK(page.out == "{\"key\":\"a\",\"value\":\"va\"}\n{\"key\":\"b:1\",\"value\":\"vb:1\"}\n");
  const std::size_t cursor = page.err.find("--cursor ");
  REQUIRE(cursor != std::string::npos);
  CHECK(keys({"--cursor", page.err.substr(cursor + 9, page.err.find('\n', cursor) - cursor - 9)}) ==
        "b:2\nc\n");
  const json list = json::parse(shell.corral({"do", "storage", "list", "Counter", "--name", "alpha"}).out);
  CHECK(list.size() == 4);
  CHECK(list[3] == json::parse(R"({"key":"c","value":"vc"})"));
  CHECK(
      json::parse(shell.corral({"do", "storage", "list", "Counter", "--name", "alpha", "--prefix", "x"}).out)
          .empty());
  CHECK(shell.on_terminal({"do", "storage", "list", "Counter", "--name", "alpha"}).screen.find("\"vb:1\"") !=
        std::string::npos);
}

TEST_CASE("deleting keys asks only for ranges") {
  Shell shell;
  corral::testing::write_do_project(shell);
  REQUIRE(
      shell.script("for k in a b:1 b:2 c; do corral do storage put Counter --name alpha $k 1; done").status ==
      0);
  CHECK(shell.corral({"do", "storage", "delete", "Counter", "--name", "alpha", "a", "nope"}).status == 0);
  CHECK(shell.corral({"do", "storage", "delete", "Counter", "--name", "alpha", "--prefix", "b:"}).status ==
        1);
  CHECK(shell.corral({"do", "storage", "list", "Counter", "--name", "alpha", "--keys"}).out ==
        "b:1\nb:2\nc\n");
  CHECK(shell.corral({"do", "storage", "delete", "Counter", "--name", "alpha", "--prefix", "b:", "-f"})
            .status == 0);
  CHECK(shell.corral({"do", "storage", "list", "Counter", "--name", "alpha", "--keys"}).out == "c\n");
  CHECK(shell.corral({"do", "storage", "delete", "Counter", "--name", "alpha"}).status == 1);
  CHECK(shell.corral({"do", "storage", "delete", "Counter", "--name", "alpha", "--all", "--force"}).status ==
        0);
  CHECK(shell.corral({"do", "storage", "list", "Counter", "--name", "alpha"}).out == "[]\n");
}

TEST_CASE("damaged values and files are named, and do no harm") {
  Shell shell;
  corral::testing::write_do_project(shell);
  REQUIRE(shell
              .script("corral do storage put Counter --name alpha good 1;"
                      "sqlite3 \"$(corral do path Counter --name alpha)\" \"INSERT INTO _cf_KV VALUES('bad', "
                      "x'ff0f6f22ffffffff0f'), ('host', x'ff0f5c0403')\"")
              .status == 0);
  const ProcessResult bad = shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", "bad"});
  CHECK(bad.status == 1);
  CHECK(bad.err.find("--raw") != std::string::npos);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", "host"}).out ==
        "{\"$v8\":\"/w9cBAM=\"}\n");
  CHECK(json::parse(shell.corral({"do", "storage", "list", "Counter", "--name", "alpha"}).out).size() == 3);
  const std::string file = shell.script("corral do path Counter --name alpha").out;
  REQUIRE(
      shell
          .script(
              "rm -f .wrangler/state/v3/do/dodemo-Counter/*-wal; for f in "
              ".wrangler/state/v3/do/dodemo-Counter/850e*.sqlite; do head -c 5000 /dev/urandom > $f; done")
          .status == 0);
  CHECK(shell.corral({"do", "storage", "get", "Counter", "--name", "alpha", "good"}).status == 1);
  CHECK(shell.corral({"do", "info", "Counter", "--name", "alpha"}).status == 1);
  CHECK(shell.corral({"do", "list", "Counter"}).out == "[]\n");
}
