#include "backends/files/nofollow.hpp"

#include <algorithm>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
namespace fs = std::filesystem;

namespace {

/// A folder "state" that holds "a/b/file", and links of all kinds beside them.
struct FolderWithLinks {
  testing::TemporaryFolder folder;
  fs::path root = folder.path() / "state";

  FolderWithLinks() {
    fs::create_directories(root / "a" / "b");
    replace_file(root / "a" / "b" / "file", "bytes");
    fs::create_directory_symlink(root / "a", root / "folder-link");
    fs::create_symlink(root / "a" / "b" / "file", root / "file-link");
    fs::create_symlink(folder.path() / "nothing", root / "broken-link");
    fs::create_symlink("../state/a", root / "relative-link");
  }
};

std::string text_of(const fs::path& path) {
  FileSource source(nofollow::open_for_reading(path), path.native());
  return read_all(source, 1000, "a file");
}

}  // namespace

TEST_CASE("nofollow: no component of a path may be a link, and the first one is named") {
  const FolderWithLinks made;
  CHECK(text_of(made.root / "a" / "b" / "file") == "bytes");
  struct Case {
    const char* path;
    const char* link;
  };
  for (const auto& [path, link] :
       {Case{"file-link", "file-link"}, Case{"folder-link/b/file", "folder-link"},
        Case{"relative-link/b/file", "relative-link"}, Case{"broken-link", "broken-link"},
        Case{"broken-link/new", "broken-link"}, Case{"folder-link/none/at/all", "folder-link"}}) {
    CAPTURE(path);
    const fs::path whole = made.root / path;
    const std::string named = (made.root / link).native() + " is a symbolic link";
    for (const auto& use : std::vector<std::function<void()>>{
             [&] { nofollow::open(whole, O_RDONLY); },
             [&] { nofollow::open(whole, O_WRONLY | O_CREAT, 0666); },
             [&] { nofollow::open(whole, O_RDONLY | O_DIRECTORY); },
             [&] { nofollow::open(whole, O_RDONLY | O_DIRECTORY); },
             [&] { nofollow::open_for_reading(whole); }, [&] { nofollow::refuse_links(whole); },
             [&] { static_cast<void>(nofollow::status(whole)); }, [&] { nofollow::is_folder(whole); },
             [&] { nofollow::names_in(whole); }, [&] { nofollow::make_folders(whole); }}) {
      const Error error = testing::failure_of(use);
      CHECK(error.kind() == ErrorKind::denied);
      CHECK(error.message().starts_with(named));
    }
  }
  CHECK_FALSE(fs::exists(made.folder.path() / "nothing"));
  CHECK_FALSE(fs::exists(made.root / "a" / "none"));
}

TEST_CASE("nofollow: what is not a regular file is refused without waiting for it") {
  const testing::TemporaryFolder folder;
  const fs::path fifo = folder.path() / "fifo";
  const fs::path path = folder.path() / "socket";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  for (const auto& [special, kind] :
       {std::pair{fifo, "a FIFO"}, std::pair{path, "a socket"}, std::pair{folder.path(), "a folder"}}) {
    for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_CREAT}) {
      const Error error = testing::failure_of([&] { nofollow::open(special, flags, 0666); });
      CHECK(error.kind() == ErrorKind::invalid_input);
      CHECK(error.message() == special.native() + " is " + kind + ", not a file");
    }
    CHECK_THROWS_AS(nofollow::regular_file_status(special), Error);
    CHECK(nofollow::status(special));
  }
}

TEST_CASE("nofollow: a listing has no links in it") {
  const FolderWithLinks made;
  CHECK(nofollow::names_in(made.root / "none").empty());
  CHECK(nofollow::names_in(made.root / "a" / "b" / "file").empty());
  CHECK(nofollow::names_in(made.root / "a") == std::vector<std::string>{"b"});
  CHECK(testing::failure_of([&] { nofollow::names_in(made.root); }).kind() == ErrorKind::denied);
}

TEST_CASE("nofollow: the root of a state may be reached through links") {
  const FolderWithLinks made;
  CHECK(nofollow::resolved_root(made.root) == made.root);
  CHECK(nofollow::resolved_root(made.root / "a" / "none" / "yet") == made.root / "a" / "none" / "yet");
  CHECK(nofollow::resolved_root(made.root / "folder-link" / "b") == made.root / "a" / "b");
  CHECK(nofollow::resolved_root(made.root / "folder-link" / "none" / "yet") ==
        made.root / "a" / "none" / "yet");
  Error error = testing::failure_of([&] { nofollow::resolved_root(made.root / "broken-link" / "state"); });
  CHECK(error.kind() == ErrorKind::not_found);
  CHECK(error.message().find((made.root / "broken-link").native() + " leads to nothing") !=
        std::string::npos);
  error = testing::failure_of([&] { nofollow::resolved_root(made.root / "a" / "b" / "file" / "state"); });
  CHECK(error.kind() == ErrorKind::invalid_input);
  CHECK(error.message().find((made.root / "a" / "b" / "file").native() + " is a file, not a folder") !=
        std::string::npos);
}
