#include "backends/platform/file_times.hpp"

#include <array>
#include <fcntl.h>
#include <filesystem>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;

TEST_CASE("file times: a set time is the contents', the time of setting it the file's") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "file";
  replace_file(file, "bytes");
  const std::array<timespec, 2> set{timespec{1'000'000'000, 0}, timespec{1'000'000'000, 250'000'000}};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), set.data(), 0) == 0);
  struct stat status {};
  REQUIRE(::lstat(file.c_str(), &status) == 0);
  CHECK(platform::modified_at(status).tv_sec == 1'000'000'000);
  CHECK(platform::modified_at(status).tv_nsec == 250'000'000);
  CHECK(platform::changed_at(status).tv_sec > 1'000'000'000);
}
