#include "backends/platform/open_files.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/platform/pipe.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;

TEST_CASE("open files: another process's files below a folder are found, this one's own are not") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = std::filesystem::canonical(folder.path()) / "file";
  replace_file(path, "bytes");
  const FileDescriptor own = open_for_reading(path);
  CHECK(platform::users_of(folder.path()).empty());
  std::array<int, 2> ends{};
  REQUIRE(platform::make_pipe(ends) == 0);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t child = ::fork();  // it has the file open, too
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[1]);
    char byte = 0;
    ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);
  }
  const auto users = platform::users_of(folder.path());
  writing = FileDescriptor();
  ::waitpid(child, nullptr, 0);
  REQUIRE(users.size() == 1);
  CHECK(users[0].pid == child);
  CHECK_FALSE(users[0].program.empty());
  CHECK(users[0].files == std::vector{path});
  CHECK_FALSE(users[0].is_writing);
  CHECK(platform::users_of(folder.path() / "none").empty());
}
