// What reaches a terminal: no escape sequence of stored text, by whatever command; in a pipe its bytes are
// exact.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace {

/// ESC, BEL, DEL, C1's CSI as U+009B, and the override of the direction.
const std::string hostile = "x\x1B[31m\x07\x7F\u009B31m\u202Ey";

/// The screen without the colours that corral itself uses, which are bold and off.
std::string without_bold(std::string screen) {
  for (const char* own : {"\x1B[1m", "\x1B[0m", "\x1B[K", "\x1B[33m", "\x1B[31mcorral:"}) {
    for (std::size_t at = screen.find(own); at != std::string::npos; at = screen.find(own))
      screen.erase(at, std::string_view(own).size());
  }
  return screen;
}

void is_safe(const ProcessResult& result) {
  const std::string screen = without_bold(result.screen);
  CAPTURE(screen);
  CHECK(screen.find('\x1B') == std::string::npos);
  CHECK(screen.find('\x07') == std::string::npos);
  CHECK(screen.find('\x7F') == std::string::npos);
  CHECK(screen.find("\u009B") == std::string::npos);
  CHECK(screen.find("\u202E") == std::string::npos);
}

}  // namespace

TEST_CASE("terminal: no escape sequence of stored text arrives") {
  Shell shell;
  shell.write("wrangler.jsonc",
              R"({"name":"w","kv_namespaces":[{"binding":"CACHE","id":"c"}],
                  "r2_buckets":[{"binding":"FILES","bucket_name":"files"}],
                  "d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
                  "queues":{"producers":[{"binding":"Q","queue":"q"}]},
                  "durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"}]}})");
  shell.write("f", hostile);
  shell.write("migrations/0001_" + hostile + ".sql", "CREATE TABLE t(a); -- " + hostile);
  shell.write("make.sql", "CREATE TABLE \"t" + hostile + "\"(a DEFAULT '" + hostile +
                              "', b); INSERT INTO \"t" + hostile + "\" VALUES('" + hostile + "', 2);");
  REQUIRE(shell
              .corral({"kv", "key", "put", hostile, hostile, "--binding", "CACHE", "--metadata",
                       "{\"m\":\"x\\u009b\\u202e\\u007f\"}"})
              .status == 0);
  REQUIRE(shell.corral({"r2", "object", "put", "files/" + hostile, "--file", "f"}).status == 0);
  REQUIRE(shell.corral({"d1", "execute", "db", "--file", "make.sql"}).status == 0);
  REQUIRE(shell.corral({"queues", "send", "q", hostile}).status == 0);
  REQUIRE(shell.corral({"do", "storage", "put", "Counter", "--name", "alpha", hostile, "\"\\u009b\\u202e\""})
              .status == 0);
  const std::string select = "SELECT * FROM \"t" + hostile + "\"";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"kv", "key", "list", "--binding", "CACHE"},
           {"kv", "key", "list", "--binding", "CACHE", "--json"},
           {"kv", "key", "list", "--binding", "CACHE", "--ndjson"},
           {"kv", "key", "list", "--binding", "CACHE", "--names"},
           {"kv", "key", "list", "--binding", "CACHE", "-0"},
           {"kv", "key", "get", hostile, "--binding", "CACHE"},
           {"kv", "key", "get", hostile, "--binding", "CACHE", "--json"},
           {"kv", "key", "get", hostile, "--binding", "CACHE", "--text"},
           {"kv", "key", "get", hostile + "none", "--binding", "CACHE"},
           {"kv", "key", "get", hostile + "none", "--binding", "CACHE", "--json"},
           {"kv", "key", "info", hostile, "--binding", "CACHE"},
           {"kv", "bulk", "get", "--all", "--binding", "CACHE"},
           {"r2", "object", "list", "files"},
           {"r2", "object", "list", "files", "--json"},
           {"r2", "object", "get", "files/" + hostile, "--pipe"},
           {"r2", "object", "head", "files/" + hostile, "--json"},
           {"d1", "schema", "dump", "db"},
           {"d1", "schema", "dump", "db", "--json"},
           {"d1", "schema", "diff", "./migrations", "db"},
           {"d1", "migrations", "list", "db"},
           {"d1", "migrations", "status", "db", "--json"},
           {"d1", "migrations", "create", "db", hostile},
           {"d1", "migrations", "apply", "db", "--dry-run"},
           {"d1", "migrations", "lint", "db"},
           {"d1", "execute", "db", "--command", select},
           {"d1", "execute", "db", "--command", select, "--json"},
           {"d1", "execute", "db", "--command", select, "--format", "csv"},
           {"d1", "execute", "db", "--command", select, "--format", "raw"},
           {"d1", "execute", "db", "--command", select + hostile},
           {"d1", "explain", "db", select},
           {"d1", "info", "db"},
           {"d1", "export", "db", "--output", "-"},
           {"d1", "insights", "db"},
           {"d1", hostile, "db"},
           {"queues", "peek", "q"},
           {"queues", "peek", "q", "--json"},
           {"do", "storage", "get", "Counter", "--name", "alpha", hostile},
           {"do", "storage", "list", "Counter", "--name", "alpha"},
           {"do", "storage", "list", "Counter", "--name", "alpha", "--json"},
           {"do", "storage", "list", "Counter", "--name", "alpha", "--keys"},
           {"do", "export", "Counter", "--name", "alpha"},
           {"state", "info", "--persist-to", hostile},
           {"state", "path", "--persist-to", hostile}}) {
    CAPTURE(words[1] + " " + words[2 % words.size()]);
    is_safe(shell.on_terminal(words));
  }
  // A pipe gets the bytes.
  CHECK(shell.corral({"kv", "key", "get", hostile, "--binding", "CACHE"}).out == hostile);
  CHECK(shell.corral({"kv", "key", "list", "--binding", "CACHE", "--names"}).out == hostile + "\n");
  CHECK(shell.corral({"d1", "schema", "dump", "db"}).out.find(hostile) != std::string::npos);
  CHECK(shell.corral({"r2", "object", "get", "files/" + hostile, "--pipe"}).out == hostile);
}

TEST_CASE("terminal: a list has columns for what its entries have") {
  Shell shell;
  shell.write("wrangler.jsonc", R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}],
      "r2_buckets":[{"binding":"FILES","bucket_name":"files"}],"queues":{"producers":[{"binding":"Q","queue":"q"}]}})");
  shell.write("f", "x");
  const auto list = [&](const std::vector<std::string>& words) { return shell.on_terminal(words).screen; };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  REQUIRE(shell
              .script("corral kv key put a 1 --binding CACHE; corral r2 object put files/plain --file f;"
                      "corral queues send q now")
              .status == 0);
  std::string screen = list({"kv", "key", "list", "--binding", "CACHE"});
  CHECK_FALSE(has(screen, "expires"));
  CHECK_FALSE(has(screen, "metadata"));
  CHECK_FALSE(has(list({"queues", "peek", "q", "--all"}), "ready at"));
  CHECK_FALSE(has(list({"r2", "object", "list", "files"}), "metadata"));
  REQUIRE(shell
              .script("corral kv key put b 1 --binding CACHE --metadata '{\"m\":1}';"
                      "corral r2 object put files/meta --file f --metadata who=ada;"
                      "corral queues send q later --delay-seconds 60")
              .status == 0);
  screen = list({"kv", "key", "list", "--binding", "CACHE"});
  CHECK_FALSE(has(screen, "expires"));
  CHECK(has(screen, "{\"m\":1}"));
  CHECK(has(list({"r2", "object", "list", "files"}), "{\"who\":\"ada\"}"));
  CHECK(has(list({"queues", "peek", "q", "--all"}), "ready at"));
  REQUIRE(shell.corral({"kv", "key", "put", "c", "1", "--binding", "CACHE", "--expiration", "4070908800"})
              .status == 0);
  screen = list({"kv", "key", "list", "--binding", "CACHE"});
  CHECK(has(screen, "expires (UTC)"));
  CHECK(has(screen, "2099-01-01"));
}
