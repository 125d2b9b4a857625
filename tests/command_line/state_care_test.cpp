// `corral state info|path|check|repair|gc|reset`: damage is made by hand, and found, mended or cleaned.
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// A state with something of everything.
struct EveryService {
  Shell shell;
  fs::path v3 = shell.folder() / ".wrangler/state/v3";

  EveryService() {
    shell.write(
        "wrangler.jsonc",
        R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}],"r2_buckets":[{"binding":"FILES","bucket_name":"files"}],
            "d1_databases":[{"binding":"DB","database_name":"my-db","database_id":"d"}],
            "queues":{"producers":[{"binding":"MAILS","queue":"mails"}]}})");
    REQUIRE(shell
                .script("corral kv key put a 1 --binding CACHE; corral kv key put b 2 --binding CACHE;"
                        "echo hello > f; corral r2 object put files/x --file f; corral r2 object put files/y "
                        "--file f;"
                        "corral d1 execute my-db --command 'CREATE TABLE t (a); CREATE INDEX i ON t (a); "
                        "INSERT INTO t VALUES (1), (2)';"
                        "corral queues send mails hello")
                .status == 0);
  }
  json run(const std::vector<std::string>& arguments, int status = 0) {
    const ProcessResult result = shell.corral(arguments);
    CAPTURE(result.err);
    CHECK(result.status == status);
    return json::parse(result.out, nullptr, false);
  }
  [[nodiscard]] std::vector<fs::path> values(const std::string& folder) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(v3 / folder / "blobs")) found.push_back(entry.path());
    return found;
  }
  [[nodiscard]] fs::path database(const std::string& folder) const {
    for (const auto& entry : fs::directory_iterator(v3 / folder)) {
      if (entry.path().extension() == ".sqlite") return entry.path();
    }
    return {};
  }
  std::vector<std::string> problems(bool deep = false) {
    std::vector<std::string> arguments = {"state", "check"};
    if (deep) arguments.emplace_back("--deep");
    const ProcessResult result = shell.corral(arguments);
    std::vector<std::string> found;
    for (const json& problem : json::parse(result.out))
      found.push_back(std::string(problem["service"]) + " " + std::string(problem["problem"]) + " " +
                      problem.value("key", ""));
    CHECK(result.status == (found.empty() ? 0 : 1));
    return found;
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("state: path and info tell where it is and what is in it") {
  EveryService one;
  CHECK(one.shell.corral({"state", "path"}).out == (one.v3.parent_path()).native() + "\n");
  json info = one.run({"state", "info"});
  CHECK(info["exists"] == true);
  CHECK(info["bytes"] > 8192);
  Words names;
  for (const json& resource : info["resources"])
    names.push_back(std::string(resource["service"]) + " " + std::string(resource["name"]));
  CHECK(names == Words{"d1 my-db", "kv CACHE", "queues mails", "r2 files"});
  CHECK(info["resources"][1]["values"] == 2);
  CHECK(info["resources"][2]["messages"] == 1);
  CHECK(info["open_by"].empty());

  const std::string file = one.database("d1/miniflare-D1DatabaseObject");
  const ProcessResult open =
      one.shell.script("mkfifo sql; sqlite3 '" + file +
                       "' < sql & exec 3> sql; printf 'BEGIN IMMEDIATE;\n.shell touch begun\n' >&3; "
                       "until test -e begun; do sleep 0.01; done; corral state info; exec 3>&-; wait");
  info = json::parse(open.out);
  REQUIRE(info["open_by"].size() == 1);
  CHECK(info["open_by"][0]["program"] == "sqlite3");
  CHECK(info["open_by"][0]["writing"] == true);

  Shell nothing;
  CHECK(json::parse(nothing.corral({"state", "info"}).out)["exists"] == false);
  CHECK(nothing.corral({"state", "check"}).status == 0);
  CHECK(nothing.corral({"state", "gc"}).status == 0);
  CHECK(nothing.corral({"state", "reset", "--force"}).status == 0);
  CHECK_FALSE(fs::exists(nothing.folder() / ".wrangler"));
}

TEST_CASE("state check finds what is lost, short, changed and damaged; repair mends what it can") {
  EveryService one;
  CHECK(one.problems(true).empty());
  fs::remove(one.values("kv/c").at(0));
  const std::vector<fs::path> objects = one.values("r2/files");
  fs::resize_file(objects.at(0), 3);
  CHECK(one.problems().size() == 2);
  std::ofstream(objects.at(0)) << "hellO\n";
  Words found = one.problems();
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("kv missing "));
  found = one.problems(true);
  REQUIRE(found.size() == 2);
  CHECK(found[1].starts_with("r2 wrong-hash "));

  CHECK(one.shell.corral({"state", "repair"}).status == 1);
  CHECK(one.problems().size() == 1);
  const json repaired = one.run({"state", "repair", "--force"});
  CHECK(repaired["mended"] == 1);
  CHECK(one.problems().empty());
  CHECK(one.run({"kv", "key", "list", "--binding", "CACHE"}).size() == 1);

  fs::remove(objects.at(1));
  CHECK(one.problems().size() == 1);
  CHECK(one.run({"state", "repair", "-y"})["left"] == 0);
  CHECK(one.problems().empty());
}

TEST_CASE("state check tells damaged databases, and repair says that it cannot help") {
  EveryService one;
  std::ofstream(one.database("d1/miniflare-D1DatabaseObject"), std::ios::binary) << std::string(8192, 'x');
  fs::remove(one.database("d1/miniflare-D1DatabaseObject").native() + "-wal");
  fs::remove(one.database("d1/miniflare-D1DatabaseObject").native() + "-shm");
  CHECK(one.problems() == Words{"d1 database "});
  CHECK(one.shell.corral({"state", "repair", "-y"}).status == 1);
  CHECK(one.shell.corral({"state", "gc", "--older-than", "0"}).status == 0);
}

TEST_CASE("a write-ahead log that is gone is told, and a restore brings back what was in it") {
  EveryService one;
  one.run({"state", "save", "before"});
  const auto keys = one.run({"kv", "key", "list", "--binding", "CACHE"}).size();
  for (const char* folder :
       {"kv/miniflare-KVNamespaceObject", "d1/miniflare-D1DatabaseObject", "r2/miniflare-R2BucketObject"}) {
    REQUIRE(fs::remove(one.database(folder).native() + "-wal"));
  }
  const ProcessResult found = one.shell.corral({"state", "check"});
  CHECK(found.status == 1);
  CHECK(json::parse(found.out).size() == 3);
  CHECK(found.out.find("its write-ahead log is gone") != std::string::npos);
  one.run({"state", "restore", "before", "-y"});
  CHECK(one.run({"kv", "key", "list", "--binding", "CACHE"}).size() == keys);
  CHECK(one.shell.corral({"d1", "execute", "my-db", "--command", "SELECT * FROM t"}).status == 0);
  CHECK(one.problems(true).empty());
  CHECK(one.shell.corral({"state", "diff", "before"}).status == 0);
}

TEST_CASE("state repair makes an index anew") {
  EveryService one;
  const std::string file = one.database("d1/miniflare-D1DatabaseObject");
  REQUIRE(
      one.shell
          .script(
              "sqlite3 '" + file +
              "' \".dbconfig defensive off\" \"PRAGMA writable_schema = ON\" \"CREATE TABLE copy AS SELECT "
              "rootpage FROM sqlite_schema WHERE name = 'i'\" \"UPDATE sqlite_schema SET type = 'gone' "
              "WHERE 0\" \"CREATE TABLE z (a); CREATE INDEX zi ON z (a)\" \"UPDATE sqlite_schema SET "
              "rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'zi') WHERE name = 'i'\" "
              "\"DELETE FROM sqlite_schema WHERE name = 'zi'\"")
          .status == 0);
  const Words found = one.problems();
  REQUIRE_FALSE(found.empty());
  bool has_index_problem = false;
  for (const std::string& problem : found) has_index_problem = has_index_problem || problem == "d1 index ";
  CHECK(has_index_problem);
  one.shell.corral({"state", "repair", "-y"});
  for (const std::string& problem : one.problems()) CHECK(problem != "d1 index ");
}

TEST_CASE("state gc removes what nothing needs, and only that") {
  EveryService one;
  const std::string orphan(80, 'a');
  one.shell.write(".wrangler/state/v3/kv/c/blobs/" + orphan, "lost");
  one.shell.write(".wrangler/state/v3/r2/files/blobs/" + orphan, "lost");
  one.shell.write(".wrangler/state/v3/r2/files/blobs/notes.txt", "not ours");
  REQUIRE(one.shell.script("corral kv key put gone x --binding CACHE --expiration $(($(date +%s) + 61))")
              .status == 0);
  const std::string file = one.database("kv/miniflare-KVNamespaceObject");
  REQUIRE(
      one.shell.script("sqlite3 '" + file + "' \"UPDATE _mf_entries SET expiration = 5 WHERE key = 'gone'\"")
          .status == 0);

  CHECK(one.run({"state", "gc", "--dry-run"})["orphans"] == 0);
  json found = one.run({"state", "gc", "--dry-run", "--older-than", "0"});
  CHECK(found["orphans"] == 2);
  CHECK(found["orphan_bytes"] == 8);
  CHECK(found["expired"] == 1);
  CHECK(one.values("kv/c").size() == 4);
  found = one.run({"state", "gc", "--older-than", "0"});
  CHECK(found["orphans"] == 2);
  CHECK(found["expired"] == 1);
  CHECK(one.values("kv/c").size() == 2);
  CHECK(one.values("r2/files").size() == 3);
  CHECK(fs::exists(one.v3 / "r2/files/blobs/notes.txt"));
  CHECK(one.problems(true).empty());
  found = one.run({"state", "gc", "--older-than", "0"});
  CHECK(found["orphans"] == 0);
  CHECK(found["logs"] == 0);
  CHECK(one.shell.corral({"state", "gc", "--older-than", "soon"}).status == 1);
}

TEST_CASE("state gc removes files that killed commands left unfinished") {
  EveryService one;
  const std::vector<std::string> places = {"kv/c/blobs", "d1/miniflare-D1DatabaseObject", "corral"};
  for (const std::string& place : places) {
    one.shell.write(".wrangler/state/v3/" + place + "/.corral-unfinished-0123456789abcdef", "half of it");
    one.shell.write(".wrangler/state/v3/" + place + "/.corral-unfinished-mine", "x");
  }
  CHECK(one.run({"state", "gc"})["orphans"] == 0);  // a command may be about to name them
  CHECK(one.run({"state", "gc", "--dry-run", "--older-than", "0"})["orphans"] == places.size());
  const json found = one.run({"state", "gc", "--older-than", "0"});
  CHECK(found["orphans"] == places.size());
  CHECK(found["orphan_bytes"] == 10 * places.size());
  for (const std::string& place : places) {
    CHECK_FALSE(fs::exists(one.v3 / place / ".corral-unfinished-0123456789abcdef"));
    CHECK(fs::exists(one.v3 / place / ".corral-unfinished-mine"));
  }
}

TEST_CASE("state gc removes the parts of aborted uploads, and no others") {
  EveryService one;
  const std::string file = one.database("r2/miniflare-R2BucketObject");
  const std::string aborted(80, 'b');
  const std::string open_upload(80, 'c');
  const auto insert = [&](const std::string& upload, int state, const std::string& blob) {
    one.shell.write(".wrangler/state/v3/r2/files/blobs/" + blob, "part");
    const std::string sql =
        "INSERT INTO _mf_multipart_uploads (upload_id, key, state, http_metadata, "
        "custom_metadata) VALUES ('" +
        upload + "', 'k', " + std::to_string(state) +
        ", '{}', '{}'); INSERT INTO _mf_multipart_parts (upload_id, part_number, blob_id, "
        "size, etag, checksum_md5) VALUES ('" +
        upload + "', 1, '" + blob + "', 4, 'e', 'm')";
    REQUIRE(one.shell.script("sqlite3 '" + file + "' \"" + sql + "\"").status == 0);
  };
  insert("over", 2, aborted);
  insert("open", 0, open_upload);
  CHECK(one.run({"state", "gc", "--dry-run", "--older-than", "0"})["aborted_parts"] == 1);
  CHECK(fs::exists(one.v3 / "r2/files/blobs" / aborted));
  CHECK(one.run({"state", "gc", "--older-than", "0"})["aborted_parts"] == 1);
  CHECK_FALSE(fs::exists(one.v3 / "r2/files/blobs" / aborted));
  CHECK(fs::exists(one.v3 / "r2/files/blobs" / open_upload));
}

TEST_CASE("state gc removes what snapshots of killed commands left behind") {
  EveryService one;
  one.run({"state", "save", "mine"});
  one.run({"state", "save", "exec-1-1073741823"});
  one.run({"state", "save", "export-2026-1073741823"});  // not one of corral's temporary names
  one.run({"state", "save", "~export-1-1073741823"});    // no process has this number
  one.run({"state", "save", "~import-12-" + std::to_string(::getpid())});
  const fs::path snapshots = one.v3 / "corral/snapshots";
  one.shell.write(".wrangler/state/v3/corral/snapshots/states/.unfinished-7/databases/0", "half");
  one.shell.write(".wrangler/state/v3/corral/snapshots/discarded/0", "gone");
  one.shell.write(".wrangler/state/v3/corral/snapshots/values/kv/c/" + std::string(80, 'd'), "nobody's");
  json found = one.run({"state", "gc", "--dry-run"});
  CHECK(found["snapshots"] == 1);
  CHECK(found["snapshot_files"] >= 5);
  CHECK(one.run({"state", "list"}).size() == 5);
  found = one.run({"state", "gc"});
  CHECK(found["snapshots"] == 1);
  CHECK(one.run({"state", "list"}).size() == 4);
  CHECK_FALSE(fs::exists(snapshots / "states/.unfinished-7"));
  CHECK_FALSE(fs::exists(snapshots / "discarded/0"));
  CHECK_FALSE(fs::exists(snapshots / "values/kv/c" / std::string(80, 'd')));
  CHECK(one.run({"state", "gc"})["snapshot_files"] == 0);
  one.run({"state", "restore", "mine", "-y"});
  CHECK(one.problems(true).empty());
}

TEST_CASE("state gc removes the copies of databases that older versions left") {
  EveryService one;
  const fs::path copies = one.v3 / "corral/snapshots/d1";
  one.shell.write(".wrangler/state/v3/corral/snapshots/d1/my-db-2026-01-01T00-00-00.000Z.sqlite", "a copy");
  one.shell.write(".wrangler/state/v3/corral/snapshots/d1/my-db-2.sqlite.unfinished-17", "half");
  CHECK(one.run({"state", "gc", "--dry-run"})["snapshot_files"] == 2);
  CHECK(fs::exists(copies));
  const json found = one.run({"state", "gc"});
  CHECK(found["snapshot_files"] == 2);
  CHECK(found["snapshot_bytes"] == 10);
  CHECK_FALSE(fs::exists(copies));
  CHECK(one.run({"state", "gc"})["snapshot_files"] == 0);
}

TEST_CASE("a damaged bookmark is named by state check and time-travel list, and repaired away") {
  EveryService one;
  const auto take = [&] {
    return one.run({"d1", "time-travel", "bookmark", "my-db"})["bookmark"].get<std::string>();
  };
  const std::string damaged = take();
  REQUIRE(
      one.shell
          .script(
              "LC_ALL=C sed -i 's/\"taken_at\"/\"taken_xx\"/' .wrangler/state/v3/corral/time-travel/data.mdb")
          .status == 0);
  one.shell.corral({"d1", "execute", "my-db", "--command", "INSERT INTO t VALUES (3)"});
  const std::string good = take();
  const ProcessResult list = one.shell.corral({"d1", "time-travel", "list", "my-db"});
  CHECK(list.status == 1);
  CHECK(list.err.find(damaged.substr(0, 26)) != std::string::npos);
  CHECK(json::parse(list.out).size() == 1);
  CHECK(one.shell.corral({"d1", "time-travel", "restore", "my-db", "-y", "--bookmark", damaged}).status == 1);
  const json problems = one.run({"state", "check"}, 1);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0]["service"] == "time-travel");
  CHECK(problems[0]["problem"] == "bookmark");
  CHECK(problems[0]["what"].get<std::string>().find(damaged.substr(0, 26)) != std::string::npos);
  CHECK(one.run({"state", "gc"})["bookmarks"] == 0);
  CHECK(one.run({"state", "check"}, 1).size() == 1);
  CHECK(one.run({"state", "repair", "-y"})["mended"] == 1);
  CHECK(one.run({"state", "check", "--deep"}).empty());
  CHECK(one.run({"d1", "time-travel", "list", "my-db"}).size() == 1);
  CHECK(one.shell.corral({"d1", "time-travel", "restore", "my-db", "-y", "--bookmark", good}).status == 0);
}

TEST_CASE("a snapshot that cannot be read is listed as such, and can be deleted") {
  EveryService one;
  one.run({"state", "save", "whole"});
  one.run({"state", "save", "torn"});
  one.shell.write(".wrangler/state/v3/corral/snapshots/states/torn/manifest.json", "{");
  const json list = one.run({"state", "list"});
  REQUIRE(list.size() == 2);
  CHECK(list.dump().find("\"problem\"") != std::string::npos);
  one.run({"state", "restore", "whole", "-y"});
  CHECK(one.shell.corral({"state", "restore", "torn", "-y"}).status == 1);
  CHECK(one.shell.corral({"state", "delete", "torn", "-y"}).status == 0);
  CHECK(one.run({"state", "list"}).size() == 1);
}

TEST_CASE("state info weighs what has no file of its own") {
  EveryService one;
  REQUIRE(
      one.shell.corral({"kv", "key", "put", "k", "12345", "--namespace-id", "inside", "--backend", "lmdb"})
          .status == 0);
  const json info = one.run({"state", "info"});
  bool has_namespace = false;
  for (const json& resource : info["resources"]) {
    CHECK(resource["bytes"] > 0);
    if (resource["name"] != "inside") continue;
    has_namespace = true;
    CHECK(resource["bytes"] == 5);
    CHECK(resource["values"] == 1);
  }
  CHECK(has_namespace);
}

TEST_CASE("state gc leaves a service alone whose rows cannot be read") {
  EveryService one;
  const fs::path file = one.database("r2/miniflare-R2BucketObject");
  fs::remove(file.native() + "-wal");
  std::ofstream(file, std::ios::binary) << std::string(8192, 'x');
  CHECK(one.run({"state", "gc", "--older-than", "0"})["orphans"] == 0);
  CHECK(one.values("r2/files").size() == 2);
}

TEST_CASE("state reset asks, and removes what it was told to") {
  EveryService one;
  CHECK(one.shell.corral({"state", "reset"}).status == 1);
  CHECK(one.shell.corral({"state", "reset", "nobody", "-y"}).status == 1);
  CHECK(one.run({"state", "reset", "CACHE", "mails", "--force"}).size() == 2);
  CHECK(one.run({"kv", "key", "list", "--binding", "CACHE"}).empty());
  CHECK(one.run({"state", "reset", "--r2", "-y"}).size() == 1);
  CHECK(one.run({"r2", "object", "list", "files"}).dump().find("\"x\"") == std::string::npos);
  CHECK(one.shell.corral({"d1", "execute", "my-db", "--command", "SELECT * FROM t"}).status == 0);
  one.run({"state", "reset", "-y"});
  CHECK(one.shell.corral({"d1", "execute", "my-db", "--command", "SELECT * FROM t"}).status == 1);
  CHECK(one.problems().empty());
  // A database that was reset can be had back.
  const json bookmarks = one.run({"d1", "time-travel", "list", "my-db"});
  REQUIRE(bookmarks.size() == 1);
  one.run({"d1", "time-travel", "restore", "my-db", "-y", "--bookmark", bookmarks[0]["bookmark"]});
  CHECK(one.shell.corral({"d1", "execute", "my-db", "--command", "SELECT * FROM t"}).status == 0);
}
