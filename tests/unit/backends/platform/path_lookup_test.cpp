#include "backends/platform/path_lookup.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
namespace fs = std::filesystem;

namespace {

/// A folder "a/b" with a file in it, and links to both.
struct LinkedFolder {
  testing::TemporaryFolder folder;
  fs::path root = fs::canonical(folder.path());

  LinkedFolder() {
    fs::create_directories(root / "a" / "b");
    replace_file(root / "a" / "b" / "file", "bytes");
    fs::create_directory_symlink(root / "a", root / "folder-link");
    fs::create_symlink(root / "a" / "b" / "file", root / "file-link");
    fs::create_symlink(root / "nothing", root / "broken-link");
  }
};

constexpr auto paths = {"a/b/file",    "a/b",         "a/./b/../b/file",
                        "file-link",   "folder-link", "folder-link/b/file",
                        "broken-link", "a/none",      "a/b/file/below"};

}  // namespace

TEST_CASE("path lookup: one component at a time, a path is opened with the same outcome") {
  const LinkedFolder made;
  for (const char* path : paths) {
    for (const int flags : {O_RDONLY, platform::as_starting_point, platform::as_starting_point | O_DIRECTORY,
                            O_RDONLY | O_DIRECTORY}) {
      CAPTURE(path);
      CAPTURE(flags);
      const FileDescriptor walked = platform::open_by_components(made.root / path, flags, 0);
      const int walked_error = walked ? 0 : errno;
      const FileDescriptor direct = platform::open_without_links(made.root / path, flags, 0);
      CHECK(walked_error == (direct ? 0 : errno));
    }
  }
  CHECK(platform::open_by_components(made.root / "new", O_WRONLY | O_CREAT | O_EXCL, 0666));
  CHECK(fs::exists(made.root / "new"));
}

TEST_CASE("path lookup: looking says what opening would, and lstat's answer") {
  const LinkedFolder made;
  for (const char* path : paths) {
    CAPTURE(path);
    struct stat found {};
    const bool is_there = platform::look_without_links(made.root / path, &found);
    const int error = is_there ? 0 : errno;
    const FileDescriptor opened = platform::open_without_links(made.root / path, O_RDONLY, 0);
    CHECK(error == (opened ? 0 : errno));
    struct stat expected {};
    if (opened) REQUIRE(::fstat(opened.get(), &expected) == 0);
    CHECK(found.st_ino == expected.st_ino);
    CHECK(platform::look_without_links(made.root / path, nullptr) == is_there);
  }
}

TEST_CASE("path lookup: looking neither waits for a FIFO nor needs permission to read") {
  const LinkedFolder made;
  const fs::path fifo = made.root / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0) == 0);
  struct stat found {};
  CHECK(platform::look_without_links(fifo, &found));
  CHECK(S_ISFIFO(found.st_mode));
}

TEST_CASE("path lookup: a relative path, the root and the working folder") {
  CHECK(platform::look_without_links("/", nullptr));
  CHECK(platform::look_without_links(".", nullptr));
  CHECK_FALSE(platform::look_without_links("there-is-no-such-file", nullptr));
  CHECK(errno == ENOENT);
}
