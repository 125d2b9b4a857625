#include "backends/platform/flush.hpp"

#include <cerrno>
#include <fcntl.h>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"
#include "backends/sqlite/connection.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;

TEST_CASE("flush: files, folders and file systems can be flushed; what is not open cannot") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "file";
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const FileDescriptor around(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  write_fully(file.get(), "bytes", "a file");
  platform::start_writing(file.get(), 0, 5);
  CHECK(platform::flush_ahead(file.get()) == 0);
  CHECK(platform::flush_file(file.get()) == 0);
  CHECK(platform::flush_file(around.get()) == 0);
  CHECK(platform::flush_file_system(around.get()) == 0);
  for (const auto flush : {platform::flush_ahead, platform::flush_file, platform::flush_file_system}) {
    CHECK(flush(-1) == -1);
    CHECK(errno == EBADF);
  }
}

TEST_CASE("flush: SQLite understands its setting") {
  const auto database = sqlite::Connection::in_memory();
  CHECK_NOTHROW(database.execute(std::string(platform::sqlite_flush_setting())));
}
