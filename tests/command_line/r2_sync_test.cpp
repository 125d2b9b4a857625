// `corral r2 sync` as a shell sees it.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string keys(Shell& shell, const std::string& path) {
  return shell.corral({"r2", "object", "list", path, "--names"}).out;
}

std::size_t steps(Shell& shell, std::vector<std::string> words) {
  words.insert(words.begin(), {"r2", "sync"});
  words.emplace_back("--dry-run");
  return json::parse(shell.corral(words).out).size();
}

}  // namespace

TEST_CASE("a folder goes up and comes down again the same") {
  Shell shell;
  shell.write("site/index.html", "<p>");
  shell.write("site/img/a.png", "png");
  shell.write("site/empty", "");
  shell.write("site/name with spaces é", "x");
  CHECK(steps(shell, {"./site", "my-bucket/www"}) == 4);
  CHECK(keys(shell, "my-bucket").empty());
  CHECK(shell.corral({"r2", "sync", "./site", "my-bucket/www", "--cc", "max-age=1"}).status == 0);
  CHECK(keys(shell, "my-bucket") == "www/empty\nwww/img/a.png\nwww/index.html\nwww/name with spaces é\n");
  const json object = json::parse(shell.corral({"r2", "object", "head", "my-bucket/www/img/a.png"}).out);
  CHECK(object["httpMetadata"] == json::parse(R"({"contentType":"image/png","cacheControl":"max-age=1"})"));
  CHECK(steps(shell, {"./site", "my-bucket/www"}) == 0);
  CHECK(shell.corral({"r2", "sync", "my-bucket/www", "./copy"}).status == 0);
  CHECK(shell.script("diff -r site copy").status == 0);
  CHECK(steps(shell, {"my-bucket/www", "./copy"}) == 0);
}

TEST_CASE("only what differs is transferred; deletions are asked for") {
  Shell shell;
  shell.write("d/same", "same");
  shell.write("d/changed", "old");
  shell.write("d/gone", "gone");
  shell.corral({"r2", "sync", "./d", "my-bucket"});
  const std::string version =
      json::parse(shell.corral({"r2", "object", "head", "my-bucket/same"}).out)["version"];
  shell.write("d/changed", "new");
  fs::remove(shell.folder() / "d/gone");
  CHECK(shell.corral({"r2", "sync", "./d", "my-bucket"}).status == 0);
  CHECK(keys(shell, "my-bucket") == "changed\ngone\nsame\n");
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/changed", "--pipe"}).out == "new");
  CHECK(json::parse(shell.corral({"r2", "object", "head", "my-bucket/same"}).out)["version"] == version);
  CHECK(shell.corral({"r2", "sync", "./d", "my-bucket", "--delete"}).status == 0);
  CHECK(keys(shell, "my-bucket") == "changed\nsame\n");
  shell.write("d/extra", "x");
  shell.write("d/same", "SAME");
  CHECK(shell.corral({"r2", "sync", "my-bucket", "./d"}).status == 0);
  CHECK(shell.read("d/same") == "same");
  CHECK(fs::exists(shell.folder() / "d/extra"));
  CHECK(shell.corral({"r2", "sync", "my-bucket", "./d", "--delete"}).status == 0);
  CHECK_FALSE(fs::exists(shell.folder() / "d/extra"));
}

TEST_CASE("include and exclude keep names out, of deletions too") {
  Shell shell;
  for (const char* name : {"d/a.txt", "d/b.txt", "d/c.tmp", "d/sub/e.txt"}) shell.write(name, "x");
  CHECK(steps(shell, {"./d", "my-bucket", "--include", "*.txt", "--exclude", "sub/*"}) == 2);
  shell.corral({"r2", "object", "put", "my-bucket/kept.tmp", "--pipe"}, "x");
  CHECK(shell.corral({"r2", "sync", "./d", "my-bucket", "--exclude", "*.tmp", "--delete"}).status == 0);
  CHECK(keys(shell, "my-bucket") == "a.txt\nb.txt\nkept.tmp\nsub/e.txt\n");
}

TEST_CASE("multipart objects are compared by their bytes") {
  Shell shell;
  shell.write("d/large", std::string(6U << 20U, 'x'));
  shell.corral({"r2", "object", "put", "my-bucket/large", "--file", "d/large", "--part-size", "5"});
  CHECK(steps(shell, {"./d", "my-bucket"}) == 0);
  std::string changed(6U << 20U, 'x');
  changed.back() = 'y';
  shell.write("d/large", changed);
  CHECK(steps(shell, {"./d", "my-bucket"}) == 1);
}

TEST_CASE("keys that cannot be files stop a download before it begins") {
  Shell shell;
  for (const char* key : {"good", "../bad"})
    shell.corral({"r2", "object", "put", std::string("my-bucket/") + key, "--pipe"}, "x");
  const ProcessResult refused = shell.corral({"r2", "sync", "my-bucket", "./out"});
  CHECK(refused.status == 1);
  CHECK_FALSE(fs::exists(shell.folder() / "out"));
  CHECK_FALSE(fs::exists(shell.folder() / "bad"));
  CHECK(shell.corral({"r2", "sync", "my-bucket", "./out", "--exclude", "../*"}).status == 0);
  CHECK(shell.read("out/good") == "x");
  for (const char* key : {"a", "a/b"})
    shell.corral({"r2", "object", "put", std::string("clash-bucket/") + key, "--pipe"}, "x");
  CHECK(shell.corral({"r2", "sync", "clash-bucket", "./clash"}).status == 1);
  CHECK_FALSE(fs::exists(shell.folder() / "clash"));
}

TEST_CASE("the two sides must be clear") {
  Shell shell;
  shell.write("one/f", "x");
  shell.write("two/f", "x");
  CHECK(shell.corral({"r2", "sync", "one", "two"}).status == 1);
  CHECK(shell.corral({"r2", "sync", "./one", "./two"}).status == 1);
  CHECK(shell.corral({"r2", "sync", "nothing", "nowhere"}).status == 1);
  CHECK(shell.corral({"r2", "sync", "./missing", "my-bucket"}).status == 1);
  CHECK(shell.corral({"r2", "sync", "one", "r2://two"}).status == 0);
  CHECK(keys(shell, "two") == "f\n");
  CHECK(shell.corral({"r2", "sync", "one", "my-bucket"}).status == 0);
}
