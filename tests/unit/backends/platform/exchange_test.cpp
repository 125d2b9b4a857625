#include "backends/platform/exchange.hpp"

#include <cerrno>
#include <filesystem>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
namespace fs = std::filesystem;

TEST_CASE("exchange: a folder and a file get each other's names, and both must be there") {
  const testing::TemporaryFolder folder;
  const fs::path one = folder.path() / "one";
  const fs::path other = folder.path() / "other";
  fs::create_directory(one);
  CHECK(platform::exchange(one.c_str(), other.c_str()) == -1);
  CHECK(errno == ENOENT);
  CHECK(fs::is_directory(one));
  replace_file(other, "bytes");
  REQUIRE(platform::exchange(one.c_str(), other.c_str()) == 0);
  CHECK(fs::is_regular_file(one));
  CHECK(fs::is_directory(other));
}
