// A state folder that brings symbolic links along, or FIFOs where files should be: nothing outside of it is
// read or changed, and the link is named.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <vector>

#include <doctest/doctest.h>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// A state with something of everything corral keeps.
struct FullState {
  Shell shell;
  fs::path v3 = shell.folder() / ".wrangler/state/v3";

  FullState() {
    shell.write("wrangler.jsonc",
                R"({"name":"w","kv_namespaces":[{"binding":"CACHE","id":"c"}],
            "r2_buckets":[{"binding":"FILES","bucket_name":"files"}],
            "d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}],
            "queues":{"producers":[{"binding":"Q","queue":"q"}]},
            "durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"}]}})");
    shell.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
    const ProcessResult made = shell.script(
        "corral kv namespace create other; corral kv key put a one --binding CACHE;"
        "echo body > f; corral r2 object put files/x --file f;"
        "corral d1 migrations apply db -y; corral d1 execute db --command 'INSERT INTO a VALUES(1)';"
        "corral queues send q hello;"
        "corral do storage put Counter --name alpha k 1; corral do alarm set Counter --name alpha 2099-01-01;"
        "corral state save base");
    CAPTURE(made.err);
    REQUIRE(made.status == 0);
  }
};

/// All files and folders below a folder with their contents, where a link is only its name.
std::map<std::string, std::string> tree(const fs::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::ostringstream content;
    if (entry.is_regular_file() && !entry.is_symlink())
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    found[entry.path().lexically_relative(folder).native()] = content.str();
  }
  return found;
}

/// A command that needs what is at this place of the state.
Words command_for(const std::string& place) {
  const auto is_in = [&](std::string_view folder) {
    return place.starts_with(folder) || std::string_view(folder).starts_with(place);
  };
  if (place.find("corral/insights") == 0) return {"d1", "insights", "db"};
  if (place.find("corral/locks") == 0) return {"d1", "migrations", "apply", "db", "-y"};
  if (place.find("corral/time-travel") == 0) return {"d1", "time-travel", "list", "db"};
  if (place.find("corral/snapshots/d1") == 0) return {"d1", "migrations", "rollback", "db", "-y"};
  if (place.find("corral/snapshots/values") == 0) return {"state", "restore", "base", "-y"};
  if (place.find("corral/snapshots") == 0) return {"state", "restore", "base", "-y"};
  if (place.find("corral/queues") == 0) return {"queues", "pull", "q"};
  if (place.find("corral") == 0) return {"kv", "namespace", "list"};
  if (place.ends_with("metadata.sqlite"))
    return {"do", "alarm", "set", "Counter", "--name", "alpha", "2099-01-01"};
  if (place.find("do") == 0) return {"do", "list", "Counter"};
  if (place.find("r2") == 0) return {"r2", "object", "get", "files/x"};
  if (place.find("d1") == 0) return {"d1", "execute", "db", "--command", "SELECT * FROM a"};
  return is_in("kv") ? Words{"kv", "key", "get", "a", "--binding", "CACHE"} : Words{"state", "info"};
}

const std::vector<Words> all_commands = {
    {"kv", "key", "get", "a", "--binding", "CACHE"},
    {"kv", "key", "put", "a", "two", "--binding", "CACHE"},
    {"kv", "key", "list", "--binding", "CACHE", "--long"},
    {"kv", "key", "delete", "a", "--binding", "CACHE"},
    {"kv", "key", "rename", "a", "b", "--binding", "CACHE"},
    {"kv", "namespace", "list"},
    {"kv", "namespace", "info", "CACHE"},
    {"kv", "namespace", "delete", "--namespace-id", "c", "-y"},
    {"r2", "object", "get", "files/x"},
    {"r2", "object", "put", "files/x", "--file", "f"},
    {"r2", "object", "copy", "files/x", "files/y"},
    {"r2", "object", "delete", "files/x"},
    {"r2", "object", "list", "files"},
    {"r2", "bucket", "list"},
    {"d1", "execute", "db", "--command", "INSERT INTO a VALUES(2)"},
    {"d1", "migrations", "rollback", "db", "-y"},
    {"d1", "delete", "db", "-y"},
    {"d1", "insights", "db"},
    {"d1", "time-travel", "bookmark", "db"},
    {"queues", "send", "q", "more"},
    {"queues", "pull", "q"},
    {"do", "storage", "put", "Counter", "--name", "alpha", "k", "2"},
    {"do", "storage", "get", "Counter", "--name", "alpha", "k"},
    {"do", "delete", "Counter", "--name", "alpha", "-y"},
    {"do", "list", "Counter"},
    {"state", "info"},
    {"state", "check"},
    {"state", "repair"},
    {"state", "gc", "--older-than", "0s"},
    {"state", "save", "again"},
    {"state", "diff", "base"},
    {"state", "restore", "base", "-y"},
    {"state", "export", "out.tar.zst", "--snapshot", "base"},
    {"state", "delete", "base", "-y"},
    {"state", "copy", "--from", "wrangler", "--to", "lmdb", "-y"},
    {"state", "reset", "-y"},
};

/// Of these, those that can come near this place.
std::vector<Words> commands_near(const std::string& place) {
  const std::string service = place.substr(0, place.find('/'));
  std::vector<Words> near = all_commands;
  if (service == "kv" || service == "r2" || service == "d1" || service == "do") {
    std::erase_if(near, [&](const Words& words) { return words[0] != service && words[0] != "state"; });
  }
  return near;
}

/// The state itself and everything in it, as paths in it.
std::vector<std::string> places_of(const fs::path& v3) {
  std::vector<std::string> places = {""};
  for (const auto& entry : fs::recursive_directory_iterator(v3))
    places.push_back(entry.path().lexically_relative(v3).native());
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace

TEST_CASE("state links: nothing is reached through a link in any place of the state") {
  FullState state;
  const Shell& shell = state.shell;
  const fs::path original = shell.folder() / "original";
  fs::copy(state.v3, original, fs::copy_options::recursive);
  for (const std::string& place : places_of(original)) {
    CAPTURE(place);
    const fs::path outside = shell.folder() / "outside";
    fs::remove_all(state.v3);
    fs::remove_all(outside);
    fs::copy(original, state.v3, fs::copy_options::recursive);
    fs::create_directory(outside);
    const fs::path linked = place.empty() ? state.v3 : state.v3 / place;
    fs::rename(linked, outside / "target");
    fs::create_symlink(outside / "target", linked);
    const auto before = tree(outside);

    const bool beside_database = place.ends_with("-shm") || place.ends_with("-wal");
    const ProcessResult needed = state.shell.corral(command_for(place));
    CAPTURE(needed.err);
    CHECK(needed.status == 1);
    CHECK(needed.err.find(linked.native() + " is a symbolic link") != std::string::npos);
    if (beside_database) continue;  // refused by SQLite itself in the same way wherever it is opened

    for (const Words& words : commands_near(place)) {
      const ProcessResult result = state.shell.corral(words);
      CAPTURE(words[0] + " " + words[1] + " " + words[2 % words.size()]);
      CAPTURE(result.err);
      CHECK((result.status == 0 || result.status == 1));
      CHECK(result.err.find("mistake in corral") == std::string::npos);
    }
    CHECK(tree(outside) == before);
  }
}

TEST_CASE("state links: the root itself may be a link, and so may its parents") {
  Shell shell;
  shell.write("wrangler.jsonc", R"({"kv_namespaces":[{"binding":"CACHE","id":"c"}]})");
  fs::create_directories(shell.folder() / "elsewhere/deep");
  fs::create_directory_symlink(shell.folder() / "elsewhere/deep", shell.folder() / ".wrangler");
  fs::create_directory_symlink("elsewhere", shell.folder() / "by-link");
  CHECK(shell.corral({"kv", "key", "put", "a", "1", "--binding", "CACHE"}).status == 0);
  CHECK(fs::exists(shell.folder() / "elsewhere/deep/state/v3/kv"));
  CHECK(shell.corral({"kv", "key", "get", "a", "--binding", "CACHE"}).out == "1");
  CHECK(shell.corral({"kv", "key", "get", "a", "--binding", "CACHE", "--persist-to", "by-link/deep/state"})
            .out == "1");
  CHECK(shell.corral({"state", "check"}).status == 0);
  fs::create_directory_symlink(shell.folder() / "gone", shell.folder() / "broken");
  const ProcessResult broken =
      shell.corral({"kv", "key", "put", "a", "1", "--binding", "CACHE", "--persist-to", "broken"});
  CHECK(broken.status == 1);
  CHECK(broken.err.find("broken leads to nothing") != std::string::npos);
}

TEST_CASE("state links: a FIFO where a file should be is named, and nothing waits for it") {
  FullState state;
  const fs::path original = state.shell.folder() / "original";
  fs::copy(state.v3, original, fs::copy_options::recursive);
  for (const std::string& place : places_of(original)) {
    if (!fs::is_regular_file(original / place)) continue;
    CAPTURE(place);
    fs::remove_all(state.v3);
    fs::copy(original, state.v3, fs::copy_options::recursive);
    fs::remove(state.v3 / place);
    REQUIRE(::mkfifo((state.v3 / place).c_str(), 0600) == 0);
    const bool beside_database = place.ends_with("-shm") || place.ends_with("-wal");
    if (!beside_database) {
      const ProcessResult needed = state.shell.corral(command_for(place));
      CAPTURE(needed.err);
      CHECK(needed.status == 1);
      CHECK(needed.err.find((state.v3 / place).native() + " is a FIFO") != std::string::npos);
    }
    for (const Words& words : std::vector<Words>{{"state", "info"},
                                                 {"state", "check"},
                                                 {"state", "gc", "--older-than", "0s"},
                                                 {"state", "save", "again"},
                                                 {"state", "restore", "base", "-y"}}) {
      const ProcessResult result = state.shell.corral(words);
      CAPTURE(words[0] + " " + words[1]);
      CAPTURE(result.err);
      CHECK((result.status == 0 || result.status == 1 || result.status == 3));
      CHECK(result.err.find("mistake in corral") == std::string::npos);
    }
  }
}
