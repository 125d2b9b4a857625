#include "commands/r2/key_path.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::testing;
namespace fs = std::filesystem;

TEST_CASE("a key is a path only if it comes back from it") {
  for (const char* key :
       {"a", "a/b", "a.b/..c", "...", "a/...", "-x", " ", "~", "a\\b", "é/😀", "a\nb", "C:"}) {
    CAPTURE(key);
    CHECK_FALSE(r2::why_no_path(key));
    CHECK(r2::path_below("", key) == fs::path(key));
  }
  for (const std::string key :
       {"", ".", "..", "/", "/a", "a/", "a//b", "../a", "a/..", "a/./b", "a/../../b", "./a"}) {
    CAPTURE(key);
    CHECK(r2::why_no_path(key));
    CHECK(kind_of_failure([&] { r2::path_below("", key); }) == ErrorKind::denied);
  }
  CHECK(r2::why_no_path(std::string("a\0b", 3)));
  CHECK(r2::why_no_path("a/" + std::string(256, 'x')));
  CHECK_FALSE(r2::why_no_path("a/" + std::string(255, 'x')));
}

TEST_CASE("a path stays below its folder, symbolic links or not") {
  TemporaryFolder outside;
  TemporaryFolder folder;
  fs::create_directory(folder.path() / "real");
  fs::create_directory_symlink(outside.path(), folder.path() / "link");
  fs::create_directory_symlink(folder.path() / "real", folder.path() / "inner");
  std::ofstream(outside.path() / "file") << "x";
  fs::create_symlink(outside.path() / "file", folder.path() / "file");
  fs::create_symlink(outside.path() / "missing", folder.path() / "dangling");
  CHECK(r2::path_below(folder.path(), "new/deep/file") == folder.path() / "new/deep/file");
  CHECK(r2::path_below(folder.path(), "inner/file") == folder.path() / "inner/file");
  fs::create_symlink(folder.path() / "real/later", folder.path() / "inner-dangling");
  CHECK(r2::path_below(folder.path(), "inner-dangling") == folder.path() / "inner-dangling");
  for (const char* key : {"link/x", "link", "file", "dangling"}) {
    CAPTURE(key);
    CHECK(kind_of_failure([&] { r2::path_below(folder.path(), key); }) == ErrorKind::denied);
  }
  CHECK_FALSE(fs::exists(folder.path() / "new"));
  // A folder that is a link itself was named by the user.
  CHECK(r2::path_below(folder.path() / "link", "x") == folder.path() / "link/x");
}
