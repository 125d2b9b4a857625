#include "backends/platform/kernel_files.hpp"

#include <filesystem>
#include <optional>

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

using namespace corral;
namespace fs = std::filesystem;

TEST_CASE("kernel files: a path may name a descriptor of this process, but not by its number alone") {
  const testing::TemporaryFolder folder;
  fs::create_symlink("elsewhere", folder.path() / "1");
  CHECK(platform::named_descriptor(folder.path() / "1") == std::nullopt);
  CHECK(platform::named_descriptor(fs::canonical("/dev/fd") / "1") == 1);
  CHECK(platform::named_descriptor(fs::canonical("/dev/fd") / "..") == std::nullopt);
}

TEST_CASE("kernel files: folders on a disk are none of the kernel's, nor are those to be made there") {
  const testing::TemporaryFolder folder;
  CHECK_FALSE(platform::has_links_to_open_files(folder.path()));
  CHECK_FALSE(platform::cannot_hold_files(folder.path()));
  CHECK_FALSE(platform::cannot_hold_files(folder.path() / "not" / "yet"));
}

TEST_CASE("kernel files: /proc and /sys, where there are such" *
          doctest::skip(!fs::exists("/proc/self/fd"))) {
  CHECK(platform::has_links_to_open_files("/proc/self/fd"));
  CHECK_FALSE(platform::has_links_to_open_files("/proc/no-such-folder"));
  CHECK(platform::cannot_hold_files("/proc"));
  CHECK(platform::cannot_hold_files("/proc/no/such/folder"));
}
