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

TEST_CASE("keys that cannot be files are left out, and the rest is copied") {
  Shell shell;
  for (const char* key : {"good", "../bad", "/abs", "a//b", "deep/./x", "deep/ok", "full/", "deep/z"})
    shell.corral({"r2", "object", "put", std::string("my-bucket/") + key, "--pipe"}, "x");
  shell.corral({"r2", "object", "put", "my-bucket/" + std::string(256, 'n'), "--pipe"}, "x");
  const ProcessResult planned = shell.corral({"r2", "sync", "my-bucket", "./out", "--dry-run"});
  CHECK(planned.status == 1);
  CHECK(json::parse(planned.out).size() == 3);
  CHECK_FALSE(fs::exists(shell.folder() / "out"));
  const ProcessResult copied = shell.corral({"r2", "sync", "my-bucket", "./out"});
  CHECK(copied.status == 1);
  CHECK(copied.err.find("corral: 6 objects were left out") != std::string::npos);
  CHECK(copied.err.find("warning: left out \"../bad\": it cannot be the path of a file") !=
        std::string::npos);
  CHECK(copied.err.find("--exclude") != std::string::npos);
  CHECK(copied.err.find("--pipe") == std::string::npos);
  CHECK(shell.script("cd out; find . -type f | sort").out == "./deep/ok\n./deep/z\n./good\n");
  CHECK_FALSE(fs::exists(shell.folder() / "bad"));
  CHECK(shell
            .corral({"r2", "sync", "my-bucket", "./out", "--exclude", "../*", "--exclude", "/*", "--exclude",
                     "a//*", "--exclude", "deep/./*", "--exclude", "full/", "--exclude", "nn*"})
            .status == 0);
}

TEST_CASE("an empty object whose key ends in a slash is a folder, both ways") {
  Shell shell;
  for (const char* key :
       {"my-bucket/photos/", "my-bucket/photos/2026/", "my-bucket/empty/", "my-bucket/site/"})
    shell.corral({"r2", "object", "put", key, "--pipe"});
  shell.corral({"r2", "object", "put", "my-bucket/photos/a.jpg", "--pipe"}, "x");
  CHECK(shell.corral({"r2", "sync", "my-bucket", "./out"}).status == 0);
  CHECK(shell.script("cd out; find . | sort").out ==
        ".\n./empty\n./photos\n./photos/2026\n./photos/a.jpg\n./site\n");
  CHECK(steps(shell, {"my-bucket", "./out", "--delete"}) == 0);
  CHECK(steps(shell, {"./out", "my-bucket", "--delete"}) == 0);
  // The marker of the prefix itself is the folder that is copied into.
  CHECK(shell.corral({"r2", "sync", "my-bucket/photos", "./photos"}).status == 0);
  CHECK(shell.script("cd photos; find . | sort").out == ".\n./2026\n./a.jpg\n");
  // A folder deleted here is deleted there, if requested.
  shell.script("rmdir out/empty");
  CHECK(steps(shell, {"./out", "my-bucket"}) == 0);
  CHECK(steps(shell, {"./out", "my-bucket", "--delete"}) == 1);
}

TEST_CASE("of two keys that cannot both be files one is left out") {
  Shell shell;
  for (const char* key : {"a", "a/b", "a/c/d", "other"})
    shell.corral({"r2", "object", "put", std::string("my-bucket/") + key, "--pipe"}, key);
  const ProcessResult copied = shell.corral({"r2", "sync", "my-bucket", "./out"});
  CHECK(copied.status == 1);
  CHECK(copied.err.find("left out \"a\"") != std::string::npos);
  CHECK(copied.err.find("corral: 1 object was left out") != std::string::npos);
  CHECK(shell.script("cd out; find . -type f | sort").out == "./a/b\n./a/c/d\n./other\n");
  // Where the file is there already, it stays.
  shell.write("before/a", "mine");
  CHECK(shell.corral({"r2", "sync", "my-bucket", "./before"}).status == 1);
  CHECK(shell.script("cd before; find . -type f | sort").out == "./a\n./other\n");
  CHECK(shell.read("before/a") == "a");
  // A marker gives way to a file, for it has nothing to lose.
  shell.corral({"r2", "object", "put", "marked/a", "--pipe"}, "x");
  shell.corral({"r2", "object", "put", "marked/a/", "--pipe"});
  CHECK(shell.corral({"r2", "sync", "marked", "./marked"}).status == 1);
  CHECK(shell.read("marked/a") == "x");
}

TEST_CASE("what is in the way of a file is left alone, and the rest is copied") {
  Shell shell;
  for (const char* key : {"dir", "fifo", "file/below", "out", "rest", "to-file"})
    shell.corral({"r2", "object", "put", std::string("my-bucket/") + key, "--pipe"}, key);
  shell.write("d/dir/x", "mine");
  shell.write("d/file", "mine");
  shell.write("d/real", "mine");
  CHECK(shell.script("mkfifo d/fifo; ln -s ../escaped d/out; ln -s real d/to-file").status == 0);
  const ProcessResult copied = shell.corral({"r2", "sync", "my-bucket", "./d"});
  CHECK(copied.status == 1);
  CHECK(copied.err.find("corral: 4 objects were left out") != std::string::npos);
  CHECK(shell.read("d/rest") == "rest");
  CHECK(shell.read("d/file") == "mine");
  CHECK(shell.read("d/dir/x") == "mine");
  CHECK(shell.read("d/real") == "to-file");
  CHECK(shell.script("[[ -p d/fifo && -L d/out && -L d/to-file && ! -e escaped ]]").status == 0);
}

TEST_CASE("a file whose name cannot be a key is left out, and the rest is stored") {
  Shell shell;
  shell.write("d/good", "x");
  shell.write("d/bad\xFF", "x");
  shell.write("d/sub\xC3/x", "x");
  const ProcessResult stored = shell.corral({"r2", "sync", "./d", "my-bucket"});
  CHECK(stored.status == 1);
  CHECK(stored.err.find("corral: 2 files were left out") != std::string::npos);
  CHECK(keys(shell, "my-bucket") == "good\n");
  CHECK(shell.corral({"r2", "sync", "./d", "my-bucket/" + std::string(1020, 'p')}).status == 1);
}

TEST_CASE("files that a killed command left unfinished are not copied") {
  Shell shell;
  shell.write("d/good", "x");
  shell.write("d/sub/.corral-unfinished-0123456789abcdef", "half of");
  shell.write("d/.corral-unfinished-notes", "mine");
  CHECK(shell.corral({"r2", "sync", "./d", "my-bucket"}).status == 0);
  CHECK(keys(shell, "my-bucket") == ".corral-unfinished-notes\ngood\n");
}

TEST_CASE("a sync down needs few open files, however many it copies") {
  Shell shell;
  CHECK(shell.script("mkdir d; for i in {1..200}; do echo $i > d/$i; done; corral r2 sync ./d my-bucket")
            .status == 0);
  for (const char* concurrency : {"1", "2", "64"}) {
    CAPTURE(concurrency);
    const ProcessResult copied =
        shell.script(std::string("ulimit -n 64; rm -rf out; corral r2 sync my-bucket ./out --concurrency ") +
                     concurrency + "; diff -r d out; ls -A out | wc -l");
    CAPTURE(copied.err);
    CHECK(copied.status == 0);
    CHECK(copied.out == "200\n");
  }
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
