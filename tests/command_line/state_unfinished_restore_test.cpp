// A restore that did not come to its end: every command that opens the state finishes it first, or refuses.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace fs = std::filesystem;

namespace {

constexpr const char* marker = ".wrangler/state/v3/corral/snapshots/restoring";

/// A state whose content is "new" everywhere, and its snapshot "base" with the content "old".
void prepare(Shell& shell) {
  shell.write("wrangler.jsonc", R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}],
      "d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
      "r2_buckets":[{"binding":"FILES","bucket_name":"files"}],
      "queues":{"producers":[{"binding":"JOBS","queue":"jobs"}]}})");
  shell.write("migrations/0001_a.sql", "SELECT 1;");
  const ProcessResult filled = shell.script(R"sh(
    fill() {
      corral kv key put a $1 --binding CACHE; corral kv key put k $1 --binding CACHE --backend lmdb
      printf $1 >body; corral r2 object put files/o --file body
      corral d1 execute db --command "CREATE TABLE IF NOT EXISTS t(v); DELETE FROM t; INSERT INTO t VALUES('$1')"
      corral queues send jobs $1
    }
    fill old; corral state save base; fill new)sh");
  REQUIRE_MESSAGE(filled.status == 0, filled.err);
}

}  // namespace

TEST_CASE("whatever command opens the state finishes a restore that was cut short") {
  Shell shell;
  prepare(shell);
  REQUIRE(shell.script("cp -r .wrangler prepared").status == 0);
  for (const char* const command : {"kv key get a --binding CACHE",
                                    "kv key list --binding CACHE",
                                    "kv key info a --binding CACHE",
                                    "kv key put z z --binding CACHE",
                                    "kv namespace list",
                                    "kv key get k --binding CACHE --backend lmdb",
                                    "d1 execute db --command 'SELECT * FROM t'",
                                    "d1 info db",
                                    "d1 list",
                                    "d1 export db --output -",
                                    "d1 path db",
                                    "d1 migrations status db",
                                    "d1 schema dump db",
                                    "r2 object get files/o --pipe",
                                    "r2 object list files",
                                    "r2 bucket list",
                                    "queues list",
                                    "queues info jobs",
                                    "queues peek jobs",
                                    "queues send jobs again",
                                    "do namespace list",
                                    "state list",
                                    "state info",
                                    "state check",
                                    "state gc",
                                    "state diff base",
                                    "state path",
                                    "which CACHE"}) {
    CAPTURE(command);
    REQUIRE(shell.script("rm -rf .wrangler; cp -r prepared .wrangler").status == 0);
    shell.write(marker, "base");
    const ProcessResult result = shell.script(std::string("corral ") + command);
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(result.err.find("finished the restore of snapshot \"base\"") != std::string::npos);
    CHECK_FALSE(fs::exists(shell.folder() / marker));
    CHECK(shell.corral({"kv", "key", "get", "a", "--binding", "CACHE"}).out == "old");
  }
}

TEST_CASE("a completion while a restore is unfinished changes nothing and says nothing") {
  Shell shell;
  prepare(shell);
  shell.write(marker, "base");
  const ProcessResult completed =
      shell.corral({"__complete", "--", "kv", "key", "get", "--binding", "CACHE", ""});
  CHECK(completed.status == 0);
  CHECK(completed.out.find('a') == std::string::npos);
  CHECK(completed.err.empty());
  CHECK(shell.read(marker) == "base");
}

TEST_CASE(
    "a restore without room for the queues says what is the matter, and is finished when there is room") {
  Shell shell;
  prepare(shell);
  const std::string no_room =
      "strace -f -qq -E ASAN_OPTIONS=detect_leaks=0 -o trace -P .wrangler/state/v3/corral/queues/data.mdb -e "
      "trace=pwrite64,writev "
      "-e inject=pwrite64,writev:error=ENOSPC ";
  const ProcessResult restored = shell.script(no_room + "corral state restore base -y");
  CHECK(restored.status == 1);
  CHECK(restored.err.find("stopped half way") != std::string::npos);
  CHECK(restored.err.find("No space left on device") != std::string::npos);
  CHECK(restored.err.find("nothing was") == std::string::npos);
  CHECK(restored.err.find("until the next corral command, which finishes it first") != std::string::npos);

  const ProcessResult refused = shell.script(no_room + "corral kv key get a --binding CACHE");
  CHECK(refused.status == 1);
  CHECK(refused.out.empty());
  CHECK(refused.err.find("cut short and cannot be finished") != std::string::npos);
  CHECK(refused.err.find("free some space") != std::string::npos);

  const ProcessResult read = shell.corral({"kv", "key", "get", "a", "--binding", "CACHE"});
  CHECK(read.status == 0);
  CHECK(read.out == "old");
  CHECK(read.err.find("finished the restore of snapshot \"base\"") != std::string::npos);
  const ProcessResult peeked = shell.corral({"queues", "peek", "jobs"});
  CHECK(peeked.out.find("\"new\"") == std::string::npos);
  CHECK(peeked.err.find("finished") == std::string::npos);
}

TEST_CASE("a restore whose end cannot be flushed is whole, and says what a loss of power would do") {
  Shell shell;
  prepare(shell);
  const ProcessResult result = shell.script(R"sh(
    cp -r .wrangler prepared
    for ((call = 1; ; ++call)); do
      rm -rf .wrangler; cp -r prepared .wrangler
      strace -f -qq -E ASAN_OPTIONS=detect_leaks=0 -o trace -P .wrangler/state/v3/corral/snapshots -e trace=fsync,fdatasync \
        -e inject=fsync,fdatasync:error=EIO:when=$call corral state restore base -y >/dev/null 2>err || true
      grep -q INJECTED trace || exit 1
      if grep -q 'is restored, but the disk failed to note that: .*Input/output error' err; then break; fi
      if grep -q 'may or may not' err; then exit 1; fi
    done
    grep -q 'if the machine loses power now, the next corral command may restore it again' err
    corral kv key get a --binding CACHE)sh");
  CHECK_MESSAGE(result.status == 0, result.err);
  CHECK(result.out == "old");
  CHECK(result.err.empty());
}
