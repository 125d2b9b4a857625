// Whole-state snapshots: save, restore, compare, move, and what must be refused.
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// A state with some of everything.
void fill_state(Shell& shell) {
  shell.write("wrangler.jsonc", R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}],
      "d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
      "r2_buckets":[{"binding":"FILES","bucket_name":"files"}],
      "queues":{"producers":[{"binding":"JOBS","queue":"jobs"}]}})");
  const ProcessResult filled = shell.script(
      "corral kv key put a 1 --binding CACHE; corral kv key put b 2 --binding CACHE --metadata '{\"x\":1}';"
      "printf body > f; corral r2 object put files/o --file f; corral queues send jobs hello;"
      "corral kv namespace create made; corral kv key put k v --binding CACHE --backend lmdb;"
      "corral d1 execute db --command 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);"
      "INSERT INTO t VALUES(1, \"one\"), (2, \"two\"); CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
      "INSERT INTO w VALUES(\"x\", 1)'");
  REQUIRE_MESSAGE(filled.status == 0, filled.err);
}

/// Changes some of everything.
void change(Shell& shell) {
  const ProcessResult changed = shell.script(
      "corral kv key put a 9 --binding CACHE; corral kv key delete b --binding CACHE; corral kv key put c 3 "
      "--binding CACHE;"
      "printf other > f; corral r2 object put files/o --file f; corral r2 object put files/p --file f;"
      "corral queues send jobs more; corral kv namespace create second; corral d1 create second;"
      "corral kv key put k w --binding CACHE --backend lmdb;"
      "corral d1 execute db --command 'UPDATE t SET v = \"uno\" WHERE id = 1; DELETE FROM t WHERE id = 2;"
      "INSERT INTO t VALUES(3, \"three\"); DROP TABLE w; CREATE TABLE n(a); INSERT INTO n VALUES(1)';"
      "corral d1 execute second --command 'CREATE TABLE s(a)'");
  REQUIRE_MESSAGE(changed.status == 0, changed.err);
}

json diff(Shell& shell, const std::string& arguments) {
  const ProcessResult result = shell.script("corral state diff " + arguments);
  REQUIRE_MESSAGE(result.status == 0, result.err);
  return json::parse(result.out);
}

bool has_difference(const json& differences, const json& wanted) {
  for (const json& one : differences) {
    bool same = true;
    for (const auto& [name, value] : wanted.items()) same = same && one.contains(name) && one[name] == value;
    if (same) return true;
  }
  return false;
}

fs::path state_of(const Shell& shell) {
  return shell.folder() / ".wrangler/state/v3";
}

fs::path snapshot_of(const Shell& shell, const std::string& name) {
  return state_of(shell) / "corral/snapshots/states" / name;
}

/// Everything that the state shows, but for what reading changes.
std::string seen(Shell& shell) {
  const ProcessResult all = shell.script(
      "corral kv key list --binding CACHE; corral kv key list --binding CACHE --backend lmdb;"
      "for k in a b c; do corral kv key get $k --binding CACHE || true; done;"
      "corral kv namespace list; corral r2 object list files; corral r2 object get files/o --pipe;"
      "corral queues peek jobs | grep body; corral d1 export db --output -");
  REQUIRE_MESSAGE(all.status == 0, all.err);
  return all.out;
}

void damage(const fs::path& file, std::uintmax_t bytes) {
  fs::resize_file(file, bytes);
}

}  // namespace

TEST_CASE("state save, change everything, restore: all is as it was") {
  Shell shell;
  fill_state(shell);
  const std::string before = seen(shell);
  REQUIRE(shell.corral({"state", "save", "base"}).status == 0);
  CHECK(diff(shell, "base").empty());
  change(shell);
  CHECK(seen(shell) != before);
  const ProcessResult restored = shell.corral({"state", "restore", "base", "-y", "--json"});
  REQUIRE_MESSAGE(restored.status == 0, restored.err);
  CHECK(json::parse(restored.out)["databases"] >= 3);
  CHECK(seen(shell) == before);
  CHECK(diff(shell, "base").empty());
  const ProcessResult again = shell.corral({"state", "restore", "base", "-y", "--json"});
  CHECK(json::parse(again.out) == json{{"name", "base"}, {"databases", 0}, {"values", 0}, {"records", 0}});
  // Replaced values left no orphaned files.
  CHECK(std::distance(fs::directory_iterator(state_of(shell) / "kv/c/blobs"), fs::directory_iterator()) == 2);
}

TEST_CASE("state diff tells keys, objects, rows, messages and resources") {
  Shell shell;
  fill_state(shell);
  REQUIRE(shell.corral({"state", "save", "base"}).status == 0);
  change(shell);
  const json differences = diff(shell, "base");
  CHECK(has_difference(differences, {{"service", "kv"},
                                     {"what", "key"},
                                     {"item", "a"},
                                     {"change", "changed"},
                                     {"fields", {"value"}},
                                     {"resource", "CACHE"}}));
  CHECK(has_difference(differences,
                       {{"service", "kv"}, {"what", "key"}, {"item", "b"}, {"change", "removed"}}));
  CHECK(
      has_difference(differences, {{"service", "kv"}, {"what", "key"}, {"item", "c"}, {"change", "added"}}));
  CHECK(has_difference(
      differences,
      {{"service", "kv"}, {"what", "key"}, {"item", "k"}, {"change", "changed"}, {"resource", "c"}}));
  CHECK(has_difference(
      differences,
      {{"service", "r2"}, {"what", "object"}, {"item", "p"}, {"change", "added"}, {"resource", "files"}}));
  CHECK(has_difference(differences,
                       {{"service", "r2"}, {"what", "object"}, {"item", "o"}, {"change", "changed"}}));
  CHECK(has_difference(differences, {{"service", "d1"},
                                     {"what", "row"},
                                     {"table", "t"},
                                     {"item", "1"},
                                     {"change", "changed"},
                                     {"fields", {"v"}},
                                     {"resource", "db"}}));
  CHECK(has_difference(
      differences,
      {{"service", "d1"}, {"what", "row"}, {"table", "t"}, {"item", "2"}, {"change", "removed"}}));
  CHECK(has_difference(
      differences, {{"service", "d1"}, {"what", "row"}, {"table", "t"}, {"item", "3"}, {"change", "added"}}));
  CHECK(has_difference(
      differences,
      {{"service", "d1"}, {"what", "row"}, {"table", "w"}, {"item", "x"}, {"change", "removed"}}));
  CHECK(has_difference(differences,
                       {{"service", "d1"}, {"what", "schema"}, {"item", "table n"}, {"change", "added"}}));
  CHECK(has_difference(
      differences, {{"service", "queues"}, {"what", "message"}, {"change", "added"}, {"resource", "jobs"}}));
  CHECK(has_difference(differences, {{"service", "kv"}, {"what", "resource"}, {"change", "added"}}));
  CHECK(shell.corral({"state", "diff", "base", "--exit-code"}).status == 3);

  REQUIRE(shell.corral({"state", "save", "later"}).status == 0);
  CHECK(diff(shell, "base later") == differences);
  CHECK(diff(shell, "later").empty());
  CHECK(diff(shell, "later later").empty());
  // The other way round everything that was added is removed.
  CHECK(has_difference(diff(shell, "later base"), {{"what", "key"}, {"item", "c"}, {"change", "removed"}}));
  // Rewriting the same bytes is not a difference.
  REQUIRE(shell.script("corral kv key put a 9 --binding CACHE").status == 0);
  CHECK(diff(shell, "later").empty());
}

TEST_CASE("state save --only keeps some services, and restore touches no others") {
  Shell shell;
  fill_state(shell);
  REQUIRE(shell.corral({"state", "save", "kv", "--only", "kv"}).status == 0);
  change(shell);
  REQUIRE(shell.corral({"state", "restore", "kv", "-y"}).status == 0);
  CHECK(shell.corral({"kv", "key", "get", "a", "--binding", "CACHE"}).out == "1");
  CHECK(shell.corral({"r2", "object", "get", "files/o", "--pipe"}).out == "other");
  CHECK(shell.script("corral d1 list").out.find("second") != std::string::npos);
  CHECK(shell.script("corral kv namespace list").out.find("second") == std::string::npos);
  const ProcessResult wrong = shell.corral({"state", "save", "x", "--only", "kv,cache"});
  CHECK(wrong.status == 1);
  CHECK(wrong.err.find("\"cache\"") != std::string::npos);
}

TEST_CASE("state save, list and delete take care of names") {
  Shell shell;
  CHECK(shell.corral({"state", "list"}).out == "[]\n");
  CHECK_FALSE(fs::exists(shell.folder() / ".wrangler"));
  fill_state(shell);
  REQUIRE(shell.corral({"state", "save", "base"}).status == 0);
  const ProcessResult taken = shell.corral({"state", "save", "base"});
  CHECK(taken.status == 1);
  CHECK(taken.err.find("already") != std::string::npos);
  REQUIRE(shell.script("corral kv key put a 5 --binding CACHE").status == 0);
  REQUIRE(shell.corral({"state", "save", "base", "--force"}).status == 0);
  CHECK(diff(shell, "base").empty());
  for (const char* const name : {"", "../x", ".x", "-x", "a/b", "a b", "é"}) {
    CAPTURE(name);
    CHECK(shell.corral({"state", "save", "--", name}).status == 1);
  }
  const json list = json::parse(shell.corral({"state", "list"}).out);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["name"] == "base");
  CHECK(list[0]["values"] == 3);
  CHECK(shell.corral({"state", "delete", "base"}).status == 1);  // cannot ask
  CHECK(shell.corral({"state", "restore", "base"}).status == 1);
  CHECK(shell.corral({"state", "delete", "base", "-y"}).status == 0);
  CHECK(shell.corral({"state", "delete", "base", "-y"}).status == 1);
  CHECK(shell.corral({"state", "restore", "base", "-y"}).status == 1);
  CHECK(shell.corral({"state", "list"}).out == "[]\n");
  // The values that only it named are gone with it.
  CHECK_FALSE(fs::exists(state_of(shell) / "corral/snapshots/values/kv/c"));
}

TEST_CASE("state exec undoes what a command did, and ends with its status") {
  Shell shell;
  fill_state(shell);
  REQUIRE(shell.corral({"state", "save", "base"}).status == 0);
  REQUIRE(shell.script("corral kv key put a 7 --binding CACHE").status == 0);
  const ProcessResult from_base = shell.script(
      "corral state exec --snapshot base -- bash -c 'corral kv key get a --binding CACHE; corral kv key put "
      "z z --binding CACHE; exit 7' || echo $?");
  CHECK(from_base.out == "17\n");
  CHECK(diff(shell, "base").empty());
  REQUIRE(shell.script("corral kv key put a 8 --binding CACHE").status == 0);
  CHECK(shell.script("corral state exec -- corral kv key put a 9 --binding CACHE").status == 0);
  CHECK(shell.corral({"kv", "key", "get", "a", "--binding", "CACHE"}).out == "8");
  CHECK(json::parse(shell.corral({"state", "list"}).out).size() == 1);
  const ProcessResult missing = shell.corral({"state", "exec", "--", "no-such-program"});
  CHECK(missing.status == 1);
  CHECK(missing.err.find("no-such-program") != std::string::npos);
  CHECK(shell.script("corral state exec -- bash -c 'kill -TERM $$' || echo $?").out == "143\n");
  CHECK(json::parse(shell.corral({"state", "list"}).out).size() == 1);
}

TEST_CASE("state export and import move a state") {
  Shell shell;
  fill_state(shell);
  const std::string before = seen(shell);
  const ProcessResult moved = shell.script(
      "corral state export - > s.tar.zst; zstd -dc s.tar.zst | tar t > names 2>/dev/null || true;"
      "corral state import - -y --persist-to other < s.tar.zst");
  REQUIRE_MESSAGE(moved.status == 0, moved.err);
  CHECK(shell.corral({"kv", "key", "get", "b", "--binding", "CACHE", "--persist-to", "other"}).out == "2");
  CHECK(shell.corral({"queues", "peek", "jobs", "--persist-to", "other"}).out.find("hello") !=
        std::string::npos);
  change(shell);
  REQUIRE(shell.corral({"state", "import", "s.tar.zst", "-y"}).status == 0);
  CHECK(seen(shell) == before);
  REQUIRE(shell.corral({"state", "import", "s.tar.zst", "--as", "theirs"}).status == 0);
  CHECK(diff(shell, "theirs").empty());
  CHECK(shell.corral({"state", "import", "s.tar.zst", "--as", "theirs"}).status == 1);
  CHECK(json::parse(shell.corral({"state", "list"}).out).size() == 1);
  CHECK(shell.corral({"state", "import", "s.tar.zst", "-y", "--max-bytes", "1000"}).status == 1);
}

TEST_CASE("archives that are damaged or hostile change nothing") {
  Shell shell;
  fill_state(shell);
  const std::string before = seen(shell);
  REQUIRE(shell.script("corral state export s.tar.zst").status == 0);
  const auto refused = [&](const std::string& script) {
    CAPTURE(script);
    const ProcessResult made = shell.script("rm -rf h; mkdir h; cd h; " + script);
    REQUIRE_MESSAGE(made.status == 0, made.err);
    const ProcessResult result = shell.corral({"state", "import", "h/bad", "-y"});
    CAPTURE(result.err);
    CHECK(result.status == 1);
    CHECK(result.err.find("unexpected failure") == std::string::npos);
    CHECK(json::parse(shell.corral({"state", "list"}).out).empty());
    CHECK(fs::is_empty(state_of(shell) / "corral/snapshots/states"));
  };
  refused("head -c 1500 ../s.tar.zst > bad");
  refused("head -c -10 ../s.tar.zst > bad");
  refused(": > bad");
  refused("head -c 100000 /dev/urandom > bad");
  // Not a single byte: zstd has_difference some that decode to the same.
  refused("(head -c 1000 ../s.tar.zst; printf 'XXXXXXXXXXXXXXXX'; tail -c +1017 ../s.tar.zst) > bad");
  refused("(cat ../s.tar.zst; printf X) > bad");
  if (shell.script("command -v zstd").status == 0) {
    const std::string pack = "; zstd -q -c t > bad";
    refused("ln -s /etc/passwd manifest.json; tar cf t manifest.json" + pack);
    refused(
        "zstd -dqc ../s.tar.zst | tar x; ln -sf /etc/passwd values.list; tar cf t --format=ustar "
        "manifest.json values.list" +
        pack);
    refused(
        "zstd -dqc ../s.tar.zst | tar x; tar cf t --format=ustar -P --transform "
        "'s,values.list,../../../evil,' manifest.json values.list" +
        pack);
    refused(
        "zstd -dqc ../s.tar.zst | tar x; tar cf t --format=ustar -P --transform 's,values.list,/tmp/evil,' "
        "manifest.json values.list" +
        pack);
    refused("zstd -dqc ../s.tar.zst > t; printf more >> t" + pack);
    refused("head -c 200000000 /dev/zero > t" + pack);
    // A manifest that names other places, a newer version, or too much.
    const auto edited = [&](const std::string& edit) {
      return "zstd -dqc ../s.tar.zst | tar x; sed -i '" + edit +
             "' manifest.json; tar cf t --format=ustar manifest.json values.list databases records values" +
             pack;
    };
    refused(edited("s,d1/miniflare-D1DatabaseObject,../../d1,"));
    refused(edited("s,\"kv/c\",\"kv/..\","));
    refused(edited("s/\"version\": 1/\"version\": 2/"));
    refused(edited("s/\"bytes\": [0-9]*/\"bytes\": 99999999999999/"));
    refused(edited("s/\"sha256\": \"./\"sha256\": \"x/"));
  }
  CHECK(seen(shell) == before);
}

TEST_CASE("damaged snapshots and databases are refused, and nothing changes") {
  Shell shell;
  fill_state(shell);
  REQUIRE(shell.corral({"state", "save", "base"}).status == 0);
  REQUIRE(shell.script("cp -r .wrangler/state/v3/corral/snapshots good").status == 0);
  change(shell);
  const std::string before = seen(shell);
  const auto refused = [&](const std::string& script) {
    CAPTURE(script);
    REQUIRE(shell.script("cd .wrangler/state/v3/corral/snapshots; " + script).status == 0);
    const ProcessResult result = shell.corral({"state", "restore", "base", "-y"});
    CAPTURE(result.err);
    CHECK(result.status == 1);
    CHECK(result.err.find("unexpected failure") == std::string::npos);
    CHECK(seen(shell) == before);
    REQUIRE(shell.script("cp -r good/. .wrangler/state/v3/corral/snapshots/").status == 0);
  };
  refused("truncate -s 4096 states/base/databases/0");
  refused("rm states/base/databases/1");
  refused("printf X | dd of=states/base/databases/1 bs=1 seek=5000 conv=notrunc 2>/dev/null");
  refused("truncate -s -3 states/base/records/corral");
  refused("rm states/base/values");
  refused("echo '0 1 zz' >> states/base/values");
  refused("rm $(find values -type f | head -1)");
  refused("for f in $(find values -type f); do cp $f x; truncate -s 0 x; mv x $f; done");
  refused("sed -i 's/\"version\": 1/\"version\": 7/' states/base/manifest.json");
  refused("echo '{' > states/base/manifest.json");
  // Copied whole, to another disk for instance, it is as good as before.
  CHECK(shell.corral({"state", "restore", "base", "-y"}).status == 0);

  REQUIRE(shell
              .script("f=$(ls .wrangler/state/v3/d1/*/*.sqlite | head -1); printf 'not a database at all' > "
                      "$f; rm -f $f-wal $f-shm")
              .status == 0);
  const ProcessResult corrupt = shell.corral({"state", "save", "bad"});
  CHECK(corrupt.status == 1);
  CHECK(corrupt.err.find("not a database") != std::string::npos);
  CHECK_FALSE(fs::exists(snapshot_of(shell, "bad")));
}

TEST_CASE("a value that is cut short is not saved") {
  Shell shell;
  fill_state(shell);
  damage(fs::directory_iterator(state_of(shell) / "r2/files/blobs")->path(), 2);
  const ProcessResult result = shell.corral({"state", "save", "base"});
  CHECK(result.status == 1);
  CHECK(result.err.find("\"o\"") != std::string::npos);
  CHECK(json::parse(shell.corral({"state", "list"}).out).empty());
}

TEST_CASE("a restore that was cut short is finished by the next state command") {
  Shell shell;
  fill_state(shell);
  REQUIRE(shell.corral({"state", "save", "base"}).status == 0);
  const std::string before = seen(shell);
  change(shell);
  shell.write(".wrangler/state/v3/corral/snapshots/restoring", "base");
  REQUIRE(shell.corral({"state", "save", "next"}).status == 0);
  CHECK(seen(shell) == before);
  CHECK_FALSE(fs::exists(state_of(shell) / "corral/snapshots/restoring"));
  shell.write(".wrangler/state/v3/corral/snapshots/restoring", "gone");
  const ProcessResult unfinished = shell.corral({"state", "restore", "base", "-y"});
  CHECK(unfinished.status == 1);
  CHECK(unfinished.err.find("cut short and cannot be finished") != std::string::npos);
  CHECK(unfinished.err.find("snapshots/restoring") != std::string::npos);
  CHECK(unfinished.err.find("nothing was changed") == std::string::npos);
}
