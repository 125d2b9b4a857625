// `corral r2 object`, `r2 bulk put` and `r2 multipart` as a shell sees them.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"
#include "tests/has.hpp"

using corral::testing::has;
using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json head(Shell& shell, const std::string& path) {
  return json::parse(shell.corral({"r2", "object", "head", path}).out);
}

}  // namespace

TEST_CASE("put, get, head and delete of one object, with all metadata") {
  Shell shell;
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  shell.write("in", bytes);
  ProcessResult result = shell.corral({"r2",         "object",
                                       "put",        "my-bucket/a/b",
                                       "--file",     "in",
                                       "--ct",       "text/plain",
                                       "--cd",       "inline",
                                       "--ce",       "gzip",
                                       "--cl",       "de",
                                       "--cc",       "no-store",
                                       "--expires",  "Thu, 31 Jan 2030 12:00:00 GMT",
                                       "-s",         "Standard",
                                       "-J",         "eu",
                                       "-m",         "x=1",
                                       "--metadata", "y=a=b",
                                       "--local",    "-y"});
  CHECK(result.status == 0);
  CHECK(result.out.empty());
  const json object = head(shell, "my-bucket/a/b");
  CHECK(object["size"] == 256);
  CHECK(object["etag"] == "e2c865db4162bed963bfaa9ef6ac18f0");
  CHECK(object["httpMetadata"] == json::parse(R"({"contentType":"text/plain","contentDisposition":"inline",
    "contentEncoding":"gzip","contentLanguage":"de","cacheControl":"no-store","cacheExpiry":"2030-01-31T12:00:00.000Z"})"));
  CHECK(object["customMetadata"] == json::parse(R"({"x":"1","y":"a=b"})"));
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/a/b", "--pipe"}).out == bytes);
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/a/b"}).status == 0);
  CHECK(shell.read("a/b") == bytes);
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/a/b", "--file", "out/copy"}).status == 0);
  CHECK(shell.read("out/copy") == bytes);
  CHECK(shell.corral({"r2", "object", "put", "my-bucket/a/b", "--pipe"}, "new").status == 0);
  CHECK(head(shell, "my-bucket/a/b")["httpMetadata"].empty());
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/a/b"}).status == 0);
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/a/b"}).status == 0);
  result = shell.corral({"r2", "object", "get", "my-bucket/a/b", "--file", "nothing"});
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK_FALSE(fs::exists(shell.folder() / "nothing"));
}

TEST_CASE("what is wrong is said, and nothing is stored") {
  Shell shell;
  shell.write("f", "x");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"put", "my-bucket", "--pipe"},
           {"put", "my-bucket/", "--pipe"},
           {"put", "/key", "--pipe"},
           {"put", "my-bucket", "--file", "f"},
           {"put", "my-bucket/", "--file", "f"},
           {"put", "my-bucket/k/", "--into", "--pipe"},
           {"put", "my-bucket/k", "--into"},
           {"put", "my-bucket/k/", "--into", "--file", "-"},
           {"put", "my-bucket/k/", "--file", "f", "--file", "-"},
           {"put", "My_Bucket/key", "--pipe"},
           {"put", "my-bucket/k"},
           {"put", "my-bucket/k", "--pipe", "--file", "f"},
           {"put", "my-bucket/k", "--file", "missing"},
           {"put", "my-bucket/k", "--file", "."},
           {"put", "my-bucket/k", "--file", "f", "--expires", "tomorrow"},
           {"put", "my-bucket/k", "--file", "f", "--expires", "2030-02-30"},
           {"put", "my-bucket/k", "--file", "f", "-s", "Glacial"},
           {"put", "my-bucket/k", "--file", "f", "-m", "nameless"},
           {"put", "my-bucket/k", "--file", "f", "--part-size", "4"},
           {"put", "my-bucket/k", "--file", "f", "--checksum", "sha256=00"},
           {"put", "my-bucket/k", "--file", "f", "--checksum", "md5=00000000000000000000000000000000"},
           {"put", "my-bucket/k", "--file", "f", "--if-match", "abc"},
           {"put", "my-bucket/k", "--file", "f", "--file", "f"},
           {"put", "my-bucket/" + std::string(1025, 'k'), "--file", "f"},
           {"put", "my-bucket/k", "--file", "f", "-m", "n=" + std::string(8192, 'v')},
           {"put", "my-bucket/bad\xFF", "--file", "f"},
           {"put", "my-bucket/k", "--file", "f", "--remote"},
           {"get", "my-bucket/k"},
           {"head", "my-bucket/k"},
           {"copy", "my-bucket/k", "my-bucket/l"},
           {"move", "my-bucket/k", "my-bucket/l"},
           {"list", "my-bucket", "--limit", "0"},
           {"list", "my-bucket", "--cursor", "!"},
           {"list", "my-bucket", "--names", "--ndjson"},
       }) {
    std::vector<std::string> command = {"r2", "object"};
    command.insert(command.end(), words.begin(), words.end());
    const ProcessResult result = shell.corral(command, "x");
    CAPTURE(words[1]);
    CAPTURE(words.back());
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK(result.err.rfind("corral: ", 0) == 0);
  }
  CHECK(shell.corral({"r2", "object", "list", "my-bucket"}).out == "[]\n");
  CHECK(shell.corral({"r2", "object", "put", "my-bucket/" + std::string(1024, 'k'), "--file", "f"}).status ==
        0);
}

TEST_CASE("no key leads a download out of the working folder") {
  Shell shell;
  fs::create_directories(shell.folder() / "inside");
  fs::create_directory_symlink(shell.folder(), shell.folder() / "inside/link");
  fs::create_symlink("../escaped", shell.folder() / "inside/dangling");
  for (const std::string key : {"../escaped", "/escaped", "a/../../escaped", "..", ".", "a//b", "dir/",
                                "a/./b", "link/escaped", "dangling"}) {
    CAPTURE(key);
    REQUIRE(shell.corral({"r2", "object", "put", "my-bucket/" + key, "--pipe"}, "x").status == 0);
    const ProcessResult result = shell.corral(
        {"r2", "object", "get", "my-bucket/" + key, "--cwd", "inside", "--persist-to", "../.wrangler/state"});
    CHECK(result.status == 1);
    CHECK(has(result.err, "--file"));
    CHECK(shell.corral({"r2", "object", "get", "my-bucket/" + key, "--pipe"}).out == "x");
  }
  CHECK_FALSE(fs::exists(shell.folder() / "escaped"));
  CHECK(shell.script("ls inside").out == "dangling\nlink\n");
}

TEST_CASE("ranges and conditions") {
  Shell shell;
  shell.corral({"r2", "object", "put", "my-bucket/k", "--pipe"}, "0123456789");
  const auto range = [&](const std::string& text) {
    return shell.corral({"r2", "object", "get", "my-bucket/k", "--pipe", "--range=" + text});
  };
  CHECK(range("0-0").out == "0");
  CHECK(range("2-4").out == "234");
  CHECK(range("bytes=8-").out == "89");
  CHECK(range("-3").out == "789");
  CHECK(range("5-100").out == "56789");
  for (const char* wrong : {"10-", "4-2", "-", "", "a-b", "1", "-0", "0-1,3-4"}) {
    CAPTURE(wrong);
    CHECK(range(wrong).status == 1);
  }
  const std::string etag = head(shell, "my-bucket/k")["etag"];
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/k", "--pipe", "--if-match", etag}).status == 0);
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/k", "--pipe", "--if-match", "x"}).status == 1);
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/k", "--pipe", "--if-none-match", etag}).status == 1);
  CHECK(shell.corral({"r2", "object", "put", "my-bucket/k", "--pipe", "--if-absent"}, "x").status == 1);
  CHECK(shell
            .corral({"r2", "object", "put", "my-bucket/k", "--pipe", "--if-match", etag, "--checksum",
                     "md5=9dd4e461268c8034f5c8564e155c67a6"},
                    "x")
            .status == 0);
  CHECK(head(shell, "my-bucket/k")["checksums"]["md5"] == "9dd4e461268c8034f5c8564e155c67a6");
}

TEST_CASE("one file goes to the key as it is written, several or --into below it by their names") {
  Shell shell;
  shell.write("d/f", "f");
  shell.write("g", "g");
  const auto keys_after = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"r2", "object", "put"});
    CHECK(shell.corral(words).status == 0);
    const std::string keys = shell.corral({"r2", "object", "list", "my-bucket", "--names"}).out;
    for (std::size_t at = 0; at < keys.size(); at = keys.find('\n', at) + 1)
      shell.corral({"r2", "object", "delete", "my-bucket/" + keys.substr(at, keys.find('\n', at) - at)});
    return keys;
  };
  CHECK(keys_after({"my-bucket/dir/", "--file", "d/f"}) == "dir/\n");
  CHECK(keys_after({"my-bucket/dir//", "--file", "d/f"}) == "dir//\n");
  CHECK(keys_after({"my-bucket/dir/", "--file", "d/f", "--file", "g"}) == "dir/f\ndir/g\n");
  CHECK(keys_after({"my-bucket", "--file", "d/f", "--file", "g"}) == "f\ng\n");
  CHECK(keys_after({"my-bucket/dir/", "--into", "--file", "d/f"}) == "dir/f\n");
  CHECK(keys_after({"my-bucket/dir", "--into", "--file", "d/f"}) == "dir/f\n");
  CHECK(keys_after({"my-bucket/dir", "--into", "--file", "d/f", "--file", "g"}) == "dir/f\ndir/g\n");
  CHECK(keys_after({"my-bucket", "--into", "--file", "d/f"}) == "f\n");
}

TEST_CASE("several files, guessed media types, custom parts") {
  Shell shell;
  shell.write("d/a.html", "<p>");
  shell.write("b.tar.gz", "z");
  CHECK(shell
            .corral({"r2", "object", "put", "my-bucket/site/", "--file", "d/a.html", "--file", "b.tar.gz",
                     "--guess-content-type"})
            .status == 0);
  CHECK(head(shell, "my-bucket/site/a.html")["httpMetadata"]["contentType"] == "text/html");
  CHECK(head(shell, "my-bucket/site/b.tar.gz")["httpMetadata"]["contentType"] == "application/gzip");
  CHECK(shell
            .corral({"r2", "object", "put", "my-bucket/multi", "--pipe", "--part-size", "5"},
                    std::string(6U << 20U, 'x'))
            .status == 0);
  CHECK(has(head(shell, "my-bucket/multi")["etag"].get<std::string>(), "-2"));
  CHECK(
      shell.corral({"r2", "object", "get", "my-bucket/multi", "--pipe", "--range", "5242879-5242880"}).out ==
      "xx");
  CHECK(shell.corral({"r2", "multipart", "list", "my-bucket"}).out == "[]\n");
}

TEST_CASE("lists: JSON, names, NUL, pages, prefixes, globs") {
  Shell shell;
  for (const char* key : {"a/1", "a/2", "a/b/3", "c", "d e"}) {
    shell.corral({"r2", "object", "put", std::string("my-bucket/") + key, "--pipe"}, key);
  }
  const auto list = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"r2", "object", "list"});
    return shell.corral(words);
  };
  const json all = json::parse(list({"my-bucket"}).out);
  REQUIRE(all.size() == 5);
  CHECK(all[0]["key"] == "a/1");
  CHECK(all[0]["size"] == 3);
  CHECK(list({"my-bucket", "--names"}).out == "a/1\na/2\na/b/3\nc\nd e\n");
  CHECK(list({"my-bucket/a/", "-0"}).out == std::string("a/1\0a/2\0a/b/3\0", 14));
  CHECK(list({"my-bucket", "-d", "/", "--names"}).out == "a/\nc\nd e\n");
  CHECK(list({"my-bucket/a/", "-d", "/", "--names"}).out == "a/1\na/2\na/b/\n");
  CHECK(list({"my-bucket", "--glob", "a/*", "--names"}).out == "a/1\na/2\na/b/3\n");
  CHECK(list({"my-bucket", "--start-after", "a/b/3", "--names"}).out == "c\nd e\n");
  CHECK(list({"my-bucket", "--prefix", "zzz"}).out == "[]\n");
  for (const std::vector<std::string>& way :
       std::vector<std::vector<std::string>>{{}, {"--glob", "*"}, {"--delimiter", "/"}}) {
    std::string names;
    std::string cursor;
    for (int page = 0; page < 10; ++page) {
      std::vector<std::string> words = {"my-bucket", "--limit", "1", "--page"};
      words.insert(words.end(), way.begin(), way.end());
      if (!cursor.empty()) words.insert(words.end(), {"--cursor", cursor});
      const json one = json::parse(list(words).out);
      for (const json& object : one["objects"]) names += std::string(object["key"]) + "|";
      for (const json& prefix : one["delimitedPrefixes"]) names += std::string(prefix) + "|";
      CHECK(one["truncated"] == one.contains("cursor"));
      if (!one.contains("cursor")) break;
      cursor = one["cursor"];
    }
    CHECK(names == (!way.empty() && way[0] == "--delimiter" ? "a/|c|d e|" : "a/1|a/2|a/b/3|c|d e|"));
  }
}

TEST_CASE("copy and move, within a bucket and to another") {
  Shell shell;
  shell.corral({"r2", "object", "put", "my-bucket/a/k", "--pipe", "--ct", "a/b", "-m", "x=1"}, "body");
  CHECK(shell.corral({"r2", "object", "copy", "my-bucket/a/k", "other-bucket/"}).status == 0);
  CHECK(head(shell, "other-bucket/k")["httpMetadata"]["contentType"] == "a/b");
  CHECK(shell.corral({"r2", "object", "copy", "my-bucket/a/k", "other-bucket/k", "--if-absent"}).status == 1);
  CHECK(shell.corral({"r2", "object", "copy", "my-bucket/a/k", "my-bucket/a/k", "--ct", "c/d", "-m", "y=2"})
            .status == 0);
  CHECK(head(shell, "my-bucket/a/k")["httpMetadata"]["contentType"] == "c/d");
  CHECK(head(shell, "my-bucket/a/k")["customMetadata"] == json::parse(R"({"x":"1","y":"2"})"));
  CHECK(shell.corral({"r2", "object", "move", "my-bucket/a/k", "my-bucket/l"}).status == 0);
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/a/k", "--pipe"}).status == 1);
  CHECK(shell.corral({"r2", "object", "move", "my-bucket/l", "other-bucket/m"}).status == 0);
  CHECK(shell.corral({"r2", "object", "list", "my-bucket"}).out == "[]\n");
  CHECK(shell.corral({"r2", "object", "get", "other-bucket/m", "--pipe"}).out == "body");
  CHECK(shell.script("find .wrangler -path '*blobs/*' | wc -l").out == "2\n");
}

TEST_CASE("deleting many: by name, by prefix after asking") {
  Shell shell;
  for (const char* key : {"p/1", "p/2", "q", "r"}) {
    shell.corral({"r2", "object", "put", std::string("my-bucket/") + key, "--pipe"}, "x");
  }
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/q", "my-bucket/missing"}).status == 0);
  const ProcessResult refused = shell.corral({"r2", "object", "delete", "my-bucket", "--prefix", "p/"});
  CHECK(refused.status == 1);
  CHECK(has(refused.err, "--force"));
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/p/", "--prefix", "x", "--force"}).status == 1);
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket", "--prefix", "p/", "--force"}).status == 0);
  CHECK(shell.corral({"r2", "object", "list", "my-bucket", "--names"}).out == "r\n");
}

TEST_CASE("bulk put checks all before it stores any") {
  Shell shell;
  shell.write("one.html", "1");
  shell.write("good.json", R"([{"key":"a","file":"one.html"},{"key":"../b","file":"one.html"}])");
  shell.write(
      "bad.json",
      R"([{"key":"c","file":"one.html"},{"key":"","file":"one.html"},{"key":"d","file":"none"},{"key":5},7])");
  const ProcessResult bad = shell.corral({"r2", "bulk", "put", "my-bucket", "-f", "bad.json"});
  CHECK(bad.status == 1);
  CHECK(has(bad.err, "4 of 5 items"));
  CHECK(has(bad.err, "item 2: the file none cannot be read"));
  CHECK(shell.corral({"r2", "object", "list", "my-bucket"}).out == "[]\n");
  CHECK(shell
            .corral({"r2", "bulk", "put", "my-bucket", "--filename", "good.json", "--cc", "x",
                     "--guess-content-type", "--concurrency", "4"})
            .status == 0);
  CHECK(shell.corral({"r2", "object", "list", "my-bucket", "--names"}).out == "../b\na\n");
  CHECK(head(shell, "my-bucket/a")["httpMetadata"] ==
        json::parse(R"({"contentType":"text/html","cacheControl":"x"})"));
  CHECK(shell.corral({"r2", "bulk", "put", "my-bucket"}).status == 1);
}
