// Every command that writes a file which the user names, on everything that can be at such a path.
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "tests/command_line/do_project.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
namespace fs = std::filesystem;

namespace {

struct Writer {
  const char* what;
  const char* command;  ///< writes to "$1"
};

const std::vector<Writer> writers = {
    {"d1 export", "corral d1 export my-db --output \"$1\""},
    {"do export", "corral do export Counter --name alpha --output \"$1\""},
    {"do export as SQL", "corral do export Counter --name alpha --format sql --output \"$1\" 2>notes"},
    {"r2 object get", "corral r2 object get my-bucket/key --file \"$1\""},
    {"state export", "corral state export --snapshot kept \"$1\" 2>notes"},
};

/// A folder in which each of them has something to write, `out` for the targets, and `expected` with what is
/// to be in them.
class OutputFiles {
 public:
  explicit OutputFiles(const Writer& writer) {
    corral::testing::write_do_project(shell_);
    fs::create_directory(shell_.folder() / "out");
    shell_.write("run.sh", std::string("run() { ") + writer.command + "; }\n");
    const ProcessResult filled = shell_.script(
        "corral d1 create my-db 2>/dev/null >&2; corral d1 execute my-db --command "
        "'CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)' >/dev/null;"
        "corral do storage put Counter --name alpha n 1;"
        "corral do sql Counter --name alpha --command 'CREATE TABLE t (a)' >/dev/null;"
        "printf 'some bytes' | corral r2 object put my-bucket/key --pipe; corral state save kept 2>/dev/null;"
        ". ./run.sh; run - > expected; test -s expected");
    CAPTURE(filled.err);
    REQUIRE(filled.status == 0);
  }

  ProcessResult script(const std::string& text) { return shell_.script(". ./run.sh; cd .; " + text); }

  /// Runs it, and checks that the target and nothing else is in the folder, with nothing on stdout.
  void check(const std::string& text, const std::string& names) {
    CAPTURE(text);
    const ProcessResult result = script(text);
    CAPTURE(result.err);
    CHECK(result.status == 0);
    CHECK(result.out.empty());
    CHECK(script("ls -A out").out == names);
    script("rm -rf out; mkdir out");
  }

 private:
  Shell shell_;
};

}  // namespace

TEST_CASE("a result goes into a file, new or old, through a link or not") {
  for (const Writer& writer : writers) {
    CAPTURE(writer.what);
    OutputFiles fixture(writer);
    fixture.check("umask 027; run out/new; cmp out/new expected; [[ $(stat -c %a out/new) == 640 ]]",
                  "new\n");
    fixture.check(
        "echo old > out/old; chmod 600 out/old; run out/old; cmp out/old expected;"
        "[[ $(stat -c %a out/old) == 600 ]]",
        "old\n");
    fixture.check(
        "echo old > out/old; ln -s old out/link; run out/link; cmp out/old expected; [[ -L out/link ]]",
        "link\nold\n");
    fixture.check("ln -s made out/link; run out/link; cmp out/made expected; [[ -L out/link ]]",
                  "link\nmade\n");
    fixture.check(
        "ln -s made out/one; ln -s one out/two; run out/two; cmp out/made expected; [[ -L out/two ]]",
        "made\none\ntwo\n");
  }
}

TEST_CASE("a FIFO, a process and an open descriptor get the result as it is") {
  for (const Writer& writer : writers) {
    CAPTURE(writer.what);
    OutputFiles fixture(writer);
    fixture.check(
        "mkfifo out/fifo; cat out/fifo > got & run out/fifo; wait; cmp got expected; [[ -p out/fifo ]]",
        "fifo\n");
    fixture.check("run >(cat > got); wait $!; cmp got expected", "");
    fixture.check(
        "{ echo before >&3; run /dev/fd/3; run /proc/self/fd/3; echo after >&3; } 3> got;"
        "{ echo before; cat expected expected; echo after; } | cmp - got",
        "");
  }
}

TEST_CASE("a device stays what it is") {
  for (const Writer& writer : writers) {
    CAPTURE(writer.what);
    OutputFiles fixture(writer);
    if (fixture.script("mknod out/null c 1 3 && mknod out/full c 1 7").status != 0) {
      // Only root may make devices.
      REQUIRE(::geteuid() != 0);
      MESSAGE("left out: no permission to make a device");
      continue;
    }
    fixture.check("run out/null; [[ -c out/null ]]; run out/null; [[ -c out/null ]]", "full\nnull\n");
    const ProcessResult full =
        fixture.script("mknod out/full c 1 7; run out/full || { cat notes >&2; exit 1; }");
    CHECK(full.status == 1);
    CHECK(full.err.find("out/full: No space left on device") != std::string::npos);
    CHECK(fixture.script("[[ -c out/full ]]; ls -A out").out == "full\n");
  }
}

TEST_CASE("standard output by any name is standard output, and holds nothing else") {
  for (const Writer& writer : writers) {
    CAPTURE(writer.what);
    OutputFiles fixture(writer);
    for (const char* name : {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "out/link"}) {
      CAPTURE(name);
      fixture.check(std::string("ln -s /dev/stdout out/link; run ") + name + " | cmp - expected", "link\n");
      // What stands in the file already and what follows stays.
      fixture.check(std::string("ln -s /dev/stdout out/link; { echo before; run ") + name +
                        "; echo after; } > got;"
                        "{ echo before; cat expected; echo after; } | cmp - got",
                    "link\n");
    }
    CHECK(fixture.script("[[ -L /dev/stdout && ! -e - ]]").status == 0);
  }
}

TEST_CASE("what cannot be written is named, and stays") {
  for (const Writer& writer : writers) {
    CAPTURE(writer.what);
    OutputFiles fixture(writer);
    const auto refused = [&](const std::string& prepare, const std::string& target) {
      CAPTURE(target);
      const ProcessResult result =
          fixture.script(prepare + "; run " + target + " || { [[ ! -e notes ]] || cat notes >&2; exit 1; }");
      CHECK(result.status == 1);
      CHECK(result.out.empty());
      CHECK(result.err.find(target.substr(0, target.find('/'))) != std::string::npos);
      CHECK(result.err.find("state folder") == std::string::npos);
    };
    refused("mkdir out/folder", "out/folder");
    refused(":", "out/folder/");
    refused("ln -s folder out/link", "out/link");
    refused("ln -s nowhere/file out/dangling", "out/dangling");
    refused("ln -s loop out/loop", "out/loop");
    // Not open, but the program's own files will be there: those of the state.
    for (int number = 3; number < 16; ++number) refused(":", "/dev/fd/" + std::to_string(number));
    CHECK(fixture.script("corral state check >/dev/null; run - | cmp - expected").status == 0);
    if (std::string(writer.what) != "r2 object get") refused(":", "missing/file");  // which makes the folder
    CHECK(fixture.script("ls -A out; ls -A out/folder").out == "dangling\nfolder\nlink\nloop\n");
  }
}

TEST_CASE("a config that is a link stays one when a binding is added") {
  Shell shell;
  shell.write("configs/real.jsonc", "{\"name\": \"app\"}\n");
  fs::create_symlink("configs/real.jsonc", shell.folder() / "wrangler.jsonc");
  REQUIRE(shell.corral({"kv", "namespace", "create", "NEW", "--update-config"}).status == 0);
  CHECK(fs::is_symlink(shell.folder() / "wrangler.jsonc"));
  CHECK(shell.read("configs/real.jsonc").find("\"NEW\"") != std::string::npos);
}
