// Files that squash moves, and moves back.
#include "migrations/squash.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "migrations/discovery.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::migrations;
using corral::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a squash that fails half way puts every file back") {
  const TemporaryFolder root;
  const MigrationFolder folder = migration_folder(root.path(), "m", {}, "m/?/*.sql");
  write(folder.folder / "a/1.sql", "one");
  write(folder.folder / "b/2.sql", "two");
  write(folder.folder / "squashed/b", "not a folder");
  CHECK_THROWS_AS(replace_by_baseline(folder, find_migrations(folder), "both"), Error);
  CHECK(read(folder.folder / "a/1.sql") == "one");
  CHECK(read(folder.folder / "b/2.sql") == "two");
  CHECK_FALSE(fs::exists(folder.folder / "squashed/a/1.sql"));

  fs::remove(folder.folder / "squashed/b");
  replace_by_baseline(folder, find_migrations(folder), "both");
  CHECK_FALSE(fs::exists(folder.folder / "a/1.sql"));
  CHECK(read(folder.folder / "b/2.sql") == "both");
  CHECK(read(folder.folder / "squashed/a/1.sql") == "one");
  CHECK(read(folder.folder / "squashed/b/2.sql") == "two");
}
