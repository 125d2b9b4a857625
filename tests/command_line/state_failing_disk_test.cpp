// The built corral on a disk that fails: strace makes single system calls fail. LeakSanitizer does
// not work under it.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"
#include "tests/sqlite_build.hpp"

using corral::testing::has_own_sqlite;
using corral::testing::ProcessResult;
using corral::testing::Shell;

namespace {

/// Prints what is stored, a line each: read by sqlite3 and cat, and through corral only where LMDB holds it.
constexpr const char* show_state = R"sh(
show_values() { # show_values SERVICE TABLE KEY_COLUMN
  local file key blob value
  for file in .wrangler/state/v3/$1/miniflare-*/*.sqlite; do
    sqlite3 -separator ' ' "$file" "SELECT $3, blob_id FROM $2 WHERE blob_id IS NOT NULL" 2>/dev/null |
      while read -r key blob; do
        value=$(cat .wrangler/state/v3/$1/*/blobs/"$blob" 2>/dev/null) || value='(its file is gone)'
        echo "$1 $key $value"
      done || true
  done
}
show_rows() { # show_rows GLOB TABLE
  local file
  for file in .wrangler/state/v3/$1; do sqlite3 "$file" "SELECT '$2', * FROM $2" 2>/dev/null || true; done
}
show() {
  show_values kv _mf_entries key
  show_values r2 _mf_objects key
  show_rows 'd1/*/*.sqlite' t
  show_rows 'd1/*/*.sqlite' "(SELECT name FROM d1_migrations)"
  show_rows 'do/*/*.sqlite' "(SELECT key, hex(value) FROM _cf_KV)"
  show_rows 'do/*/*.sqlite' "(SELECT value FROM _cf_METADATA)"
  corral kv key get k --binding CACHE --backend lmdb 2>/dev/null || true
  corral queues peek jobs 2>/dev/null | grep '"body"' || true
  corral kv namespace list | grep -c made || true
}
)sh";

/// Runs a command again and again, each time with the next of its flushes (fsync or fdatasync, as SQLite was
/// built; $calls: of these calls) failing, on the same state. Prints UNKNOWN, FAILED or DONE for what the
/// command said, and WRONG with the reason if the state is not that.
constexpr const char* fail_each_flush = R"sh(
fail_each_flush() { # fail_each_flush COMMAND...
  local flush call before after found said flushes=0
  reset() { rm -rf .wrangler && cp -r prepared .wrangler; }
  reset; before=$(show)
  reset; "$@" >/dev/null 2>&1 || { echo "WRONG: $* fails by itself"; return; }
  after=$(show)
  for flush in ${calls:-fsync fdatasync}; do for ((call = 1; ; ++call)); do
    reset
    said=DONE
    strace -f -qq -E ASAN_OPTIONS=detect_leaks=0 -o trace -e trace=$flush -e inject=$flush:error=EIO:when=$call \
      "$@" >out 2>err || said=FAILED
    grep -q INJECTED trace || break
    flushes=$((flushes + 1))
    if grep -q 'may or may not have been' err; then said=UNKNOWN; fi
    echo "$said"
    [[ $said == DONE || -s err ]] || echo "WRONG: no reason, $*"
    if grep -q 'not an error' err; then echo "WRONG: $(cat err)"; fi
    corral state check >/dev/null 2>check || echo "WRONG: flush $call of $*: $(cat check)"
    found=$(show)
    case $said in
      DONE) [[ $found == "$after" ]] ;;
      FAILED) [[ $found == "$before" ]] ;;
      UNKNOWN) [[ $found == "$before" || $found == "$after" ]] ;;
    esac || printf 'WRONG: flush %s of %s: %s: %s\n%s\n' "$call" "$*" "$said" "$(cat err)" "$found"
  done; done
  ((flushes > 0)) || echo "WRONG: $* flushes nothing"
}
)sh";

void prepare_every_service(Shell& shell) {
  shell.write("wrangler.jsonc", R"({"name":"dodemo","kv_namespaces":[{"binding":"CACHE","id":"c"},
      {"binding":"NEW","id":"n"}],
      "d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
      "r2_buckets":[{"binding":"FILES","bucket_name":"files"},{"binding":"EMPTY","bucket_name":"empty"}],
      "queues":{"producers":[{"binding":"JOBS","queue":"jobs"}]},
      "durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"}]},
      "migrations":[{"tag":"v1","new_sqlite_classes":["Counter"]}]})");
  shell.write("migrations/0001_a.sql", "INSERT INTO t VALUES(5, 'migrated');");
  shell.write("rows.csv", "id,v\n7,imported\n");
  shell.write("new", "new");
  std::string pairs = R"([{"key":"a","value":"new"})";
  for (int i = 0; i < 60; ++i) pairs += R"(,{"key":"k)" + std::to_string(i) + R"(","value":"new"})";
  shell.write("pairs.json", pairs + "]");
  shell.write("keys.json", R"(["a","b"])");
  const ProcessResult filled = shell.script(R"sh(
    corral kv key put a old --binding CACHE; corral kv key put b old --binding CACHE
    corral kv key put k old --binding CACHE --backend lmdb
    printf old >old; corral r2 object put files/a --file old; corral r2 object put files/b --file old
    corral d1 execute db --command "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'old')"
    corral do storage put Counter k '"old"' --name one; corral do alarm set Counter --name one --in 1h
    corral queues send jobs old; cp -r .wrangler prepared)sh");
  REQUIRE_MESSAGE(filled.status == 0, filled.err);
}

void check_each_flush(const std::vector<std::string>& commands) {
  Shell shell;
  prepare_every_service(shell);
  for (const std::string& command : commands) {
    CAPTURE(command);
    std::string script = show_state;
    script.append(fail_each_flush).append("fail_each_flush corral ").append(command);
    const ProcessResult result = shell.script(script);
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK_MESSAGE(result.out.find("WRONG") == std::string::npos, result.out);
    CHECK_MESSAGE(result.out.find("UNKNOWN") != std::string::npos, result.out);
  }
}

}  // namespace

TEST_CASE("a flush that fails costs no value, old or new: kv") {
  check_each_flush({"kv key put a new --binding CACHE", "kv key put first new --binding NEW",
                    "kv bulk put pairs.json --binding CACHE", "kv key rename a b --binding CACHE",
                    "kv key delete a --binding CACHE", "kv bulk delete keys.json --binding CACHE --force"});
}

TEST_CASE("a flush that fails costs no value, old or new: r2") {
  check_each_flush({"r2 object put files/a --file new", "r2 object put empty/a --file new",
                    "r2 object copy files/a files/b", "r2 object move files/a files/b",
                    "r2 object delete files/a"});
}

TEST_CASE("a flush that fails leaves the old or the new: d1, do") {
  check_each_flush({"d1 execute db --command \"UPDATE t SET v = 'new'\"", "d1 import db rows.csv --table t",
                    "d1 migrations apply db", "do storage put Counter k '\"new\"' --name one",
                    "do storage put Counter k '\"new\"' --name two", "do alarm delete Counter --name one"});
}

TEST_CASE("a write of LMDB that fails leaves the old; the last one the old or the new, and says so") {
  Shell shell;
  prepare_every_service(shell);
  for (const std::string command : {"kv key put k new --binding CACHE --backend lmdb", "queues send jobs new",
                                    "kv namespace create made"}) {
    CAPTURE(command);
    // All pages but the one that makes them count are written by writev. strace counts each call for itself.
    for (const auto& [call, outcome] : {std::pair("writev", "FAILED"), std::pair("pwrite64", "UNKNOWN")}) {
      CAPTURE(call);
      const ProcessResult result = shell.script(std::string(show_state) + fail_each_flush + "calls=" + call +
                                                "; fail_each_flush corral " + command);
      CHECK_MESSAGE(result.status == 0, result.err);
      CHECK_MESSAGE(result.out.find("WRONG") == std::string::npos, result.out);
      CHECK_MESSAGE(result.out.find(outcome) != std::string::npos, result.out);
    }
  }
}

TEST_CASE("an unknown outcome is told apart in JSON") {
  Shell shell;
  prepare_every_service(shell);
  const ProcessResult result = shell.script(R"(
    for flush in fsync fdatasync; do for call in 1 2 3 4; do
      strace -f -qq -E ASAN_OPTIONS=detect_leaks=0 -o trace -e trace=fsync,fdatasync -e inject=$flush:error=EIO:when=$call \
        corral kv key put a new --binding CACHE --json 2>err || true
      if grep -q 'may or may not' err; then cat err >&2; exit 0; fi
    done; done; exit 1)");
  REQUIRE(result.status == 0);
  const auto error = nlohmann::json::parse(result.err)["error"];
  CHECK(error["kind"] == "io");
  CHECK(error["outcome"] == "unknown");
  // Before 3.53 SQLite may not keep the system's reason.
  const char* const reason = has_own_sqlite ? "Input/output error" : "disk I/O error";
  CHECK(error["message"].get<std::string>().find(reason) != std::string::npos);
}
