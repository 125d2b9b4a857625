#include "backends/platform/nameless_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
namespace fs = std::filesystem;

TEST_CASE("nameless file: it is in no folder until it is given a name, which must be free") {
  const testing::TemporaryFolder folder;
  const FileDescriptor file = platform::open_nameless(folder.path(), O_WRONLY, 0600);
  if (!file) {
    CHECK(errno == EOPNOTSUPP);
    return;
  }
  write_fully(file.get(), "bytes", "a file");
  CHECK(fs::is_empty(folder.path()));
  if (!platform::can_give_names()) return;
  replace_file(folder.path() / "taken", "");
  CHECK_FALSE(platform::give_name(file, folder.path() / "taken"));
  CHECK(errno == EEXIST);
  CHECK(platform::give_name(file, folder.path() / "name"));
  CHECK(fs::file_size(folder.path() / "name") == 5);
}

TEST_CASE("nameless file: the one in memory can be read again") {
  const FileDescriptor file = platform::make_memory_file();
  REQUIRE(file);
  CHECK((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
  write_fully(file.get(), "bytes", "a file");
  std::array<char, 8> read{};
  CHECK(::pread(file.get(), read.data(), read.size(), 0) == 5);
  struct stat status {};
  REQUIRE(::fstat(file.get(), &status) == 0);
  CHECK(status.st_nlink == 0);
}
