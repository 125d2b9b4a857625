// What the system refuses: a working folder that is gone, limits on files and stack, a state folder that
// cannot be one. Every time a sentence with the real reason, and exit 1.
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"
#include "tests/sqlite_build.hpp"

using corral::testing::has_own_sqlite;
using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace {

/// A script whose last command must fail with a sentence that has this in it.
void fails_with(Shell& shell, const std::string& script, const std::string& reason) {
  const ProcessResult result = shell.script(script);
  CAPTURE(script);
  CAPTURE(result.err);
  CHECK(result.status == 1);
  CHECK(result.err.starts_with("corral: "));
  CHECK(result.err.find(reason) != std::string::npos);
  for (const char* wrong :
       {"not an error", "mistake in corral", "to start empty", "filesystem error", "json.exception"})
    CHECK(result.err.find(wrong) == std::string::npos);
}

void make_state(Shell& shell) {
  shell.write("wrangler.jsonc",
              R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}],
                  "r2_buckets":[{"binding":"FILES","bucket_name":"files"}],
                  "d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
                  "queues":{"producers":[{"binding":"Q","queue":"q"}]}})");
  REQUIRE(
      shell
          .script("corral kv key put a 1 --binding CACHE; echo x > f; corral r2 object put files/x --file f;"
                  "corral d1 execute db --command 'CREATE TABLE t(a)'; corral queues send q hello")
          .status == 0);
}

}  // namespace

TEST_CASE("state limits: a working folder that was deleted") {
  Shell shell;
  for (const char* command : {"kv key get a --namespace-id c", "d1 list", "state info --persist-to x",
                              "which CACHE", "r2 object get b/x --file out"}) {
    fails_with(shell, std::string("mkdir gone; cd gone; rmdir ../gone; corral ") + command,
               "the working folder");
  }
}

TEST_CASE("state limits: a state folder that cannot be one") {
  Shell shell;
  make_state(shell);
  shell.script("mkfifo fifo; ln -s nothing broken; ln -s loop loop");
  for (const char* command :
       {"kv key get a --namespace-id c", "kv key put a 1 --namespace-id c", "d1 list", "d1 create other",
        "queues send q x", "r2 bucket list", "state save s", "state info"}) {
    const std::string run = std::string("timeout 10 corral ") + command + " --persist-to ";
    fails_with(shell, run + "fifo", "fifo is a FIFO, not a folder");
    fails_with(shell, run + "f/below", "f is a file, not a folder");
    fails_with(shell, run + "broken", "broken leads to nothing");
    fails_with(shell, run + "loop", "Too many levels of symbolic links");
  }
  for (const char* command :
       {"kv key put a 1 --namespace-id c", "kv key list --namespace-id c", "state gc"}) {
    for (const char* folder : {"/proc/self", "/proc/self/below", "/sys"}) {
      fails_with(shell, std::string("timeout 10 corral ") + command + " --persist-to " + folder,
                 std::string(folder) + " is within /proc or /sys, which cannot hold files");
    }
  }
}

TEST_CASE("state limits: the limit on the size of files") {
  Shell shell;
  make_state(shell);
  shell.script(
      "head -c 3000000 /dev/zero > big; corral d1 execute db --command 'INSERT INTO t "
      "VALUES(zeroblob(200000))'; echo '[' > many.json;"
      "for i in $(seq 2000); do echo \"{\\\"key\\\":\\\"k$i\\\",\\\"value\\\":\\\"v\\\"},\"; done >> "
      "many.json;"
      "echo '{\"key\":\"z\",\"value\":\"v\"}]' >> many.json");
  for (const char* command :
       {"kv key put big --path big --binding CACHE", "r2 object put files/big --file big", "state save s"}) {
    fails_with(shell, std::string("ulimit -f 64; corral ") + command, "File too large");
  }
  for (const char* command : {"kv bulk put many.json --binding CACHE",
                              "d1 execute db --command \"INSERT INTO t VALUES(zeroblob(1900000))\""}) {
    // Here SQLite writes, and before 3.53 it may not keep the system's reason.
    fails_with(shell, std::string("ulimit -f 64; corral ") + command,
               has_own_sqlite ? "File too large" : "disk I/O error");
  }
  // What was there is there.
  CHECK(shell.corral({"kv", "key", "get", "a", "--binding", "CACHE"}).out == "1");
  CHECK(shell.corral({"state", "check"}).status == 0);
}

TEST_CASE("state limits: a small stack") {
  Shell shell;
  make_state(shell);
  fails_with(shell, "ulimit -s 64; corral kv key get a --binding CACHE", "the stack is limited");
  // With the least that is accepted everything runs, threads and deep JSON too.
  std::string deep(4990, '[');
  deep.append(4990, ']');
  shell.write("deep.json", deep);
  const ProcessResult result = shell.script(
      "ulimit -s 1024; corral kv key get a --binding CACHE > /dev/null; corral r2 object put files/y --file "
      "f;"
      "corral queues send q --content-type json < deep.json; corral queues pull q > /dev/null;"
      "corral kv key put m 1 --binding CACHE --metadata \"$(cat deep.json)\" || true; corral state save s;"
      "corral d1 execute db --command 'SELECT 1' --json > /dev/null");
  CAPTURE(result.err);
  CHECK(result.status == 0);
}

TEST_CASE("state limits: files that cannot be opened are named with the system's reason") {
  Shell shell;
  make_state(shell);
  // As root permissions do not count: a folder in the place of a file does.
  const std::string database = "$(ls -d .wrangler/state/v3/d1/*/*.sqlite)";
  fails_with(shell,
             "rm -f " + database + "-shm; mkdir " + database +
                 "-shm; corral d1 execute db --command 'INSERT INTO t VALUES(1)'",
             "-shm is a folder, not a file");
  fails_with(shell, "corral state save s", "-shm is a folder, not a file");
  fails_with(shell,
             "rmdir " + database + "-shm; rm " + database + "-wal; mkdir " + database +
                 "-wal; corral d1 execute db --command 'SELECT * FROM t'",
             "-wal is a folder, not a file");
}
