#include "migrations/discovery.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "migrations/path_glob.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::migrations;
using corral::testing::TemporaryFolder;

namespace {

std::vector<std::string> names_in(const MigrationFolder& folder) {
  std::vector<std::string> names;
  for (const MigrationFile& file : find_migrations(folder)) names.push_back(file.name);
  return names;
}

void make(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << "SELECT 1;\n";
}

}  // namespace

TEST_CASE("a path matches a glob") {
  struct Case {
    const char* pattern;
    const char* path;
    bool matches;
  };
  const Case cases[] = {
      {"*.sql", "0001_a.sql", true},
      {"*.sql", "a/0001.sql", false},
      {"*.sql", ".hidden.sql", false},
      {"*.sql", "a.sqlx", false},
      {"**/*.sql", "0001.sql", true},
      {"**/*.sql", "a/b/0001.sql", true},
      {"**/migration.sql", "x/migration.sql", true},
      {"*/migration.sql", "x/y/migration.sql", false},
      {"{a,b}/*.sql", "b/1.sql", true},
      {"{a,b}/*.sql", "c/1.sql", false},
      {"{a,{b,c}}.sql", "c.sql", true},
      {"[0-9]*.sql", "1.sql", true},
      {"[0-9]*.sql", "x.sql", false},
      {"**", "a/b", true},
      {"a/**/b/**/c", "a/x/b/y/z/c", true},
      {"a/**/b/**/c", "a/x/y/c", false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern);
    CAPTURE(one.path);
    CHECK(PathGlob(one.pattern).matches(one.path) == one.matches);
  }
  CHECK_FALSE(PathGlob("*.sql").may_match_below("down"));
  CHECK(PathGlob("**/*.sql").may_match_below("down"));
  CHECK(PathGlob("a/*/x.sql").may_match_below("a/b"));
  CHECK_FALSE(PathGlob("a/*/x.sql").may_match_below("b"));
}

TEST_CASE("hostile globs end soon") {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "**/";
  std::string path;
  for (int i = 0; i < 500; ++i) path += "a/";
  CHECK(PathGlob(stars + "*.sql").matches(path + "x.sql"));
  CHECK_FALSE(PathGlob(stars + "*.sql").matches(path + "x"));
  std::string braces;
  for (int i = 0; i < 40; ++i) braces += "{a,b}";
  CHECK_THROWS_AS(PathGlob{braces}, Error);
  CHECK(PathGlob("{a").matches("{a"));
  CHECK_FALSE(PathGlob("").matches("a"));
}

TEST_CASE("migrations come in wrangler's order") {
  const std::vector<std::string> in_order = {"1_a.sql",
                                             "0002_b.sql",
                                             "9_c.sql",
                                             "10_d.sql",
                                             "0010_e.sql",
                                             "20251124120000_f.sql",
                                             "99999999999999999999999_g.sql",
                                             "a.sql",
                                             "b.sql"};
  // Equal numbers are ordered by text.
  CHECK(comes_before("0010_e.sql", "10_d.sql"));
  for (std::size_t i = 0; i + 1 < in_order.size(); ++i) {
    if (in_order[i] == "10_d.sql") continue;
    CAPTURE(in_order[i]);
    CHECK(comes_before(in_order[i], in_order[i + 1]));
    CHECK_FALSE(comes_before(in_order[i + 1], in_order[i]));
  }
  CHECK(comes_before("0001_x/migration.sql", "0002_a/migration.sql"));
  CHECK(comes_before("1/2.sql", "1/10.sql"));
  CHECK_FALSE(comes_before("a.sql", "a.sql"));
}

TEST_CASE("only what the pattern means is found") {
  const TemporaryFolder root;
  const auto folder = root.path() / "migrations";
  for (const char* const name : {"0002_b.sql", "0001_a.sql", "notes.txt", ".0003.sql", "down/0001_a.sql"}) {
    make(folder / name);
  }
  std::filesystem::create_directory(folder / "0009.sql");
  std::filesystem::create_symlink("0001_a.sql", folder / "0010_link.sql");
  std::filesystem::create_directory_symlink(folder, folder / "loop");
  const MigrationFolder plain = migration_folder(root.path(), std::nullopt, std::nullopt, std::nullopt);
  CHECK(plain.table == "d1_migrations");
  CHECK(names_in(plain) == std::vector<std::string>{"0001_a.sql", "0002_b.sql"});
  const MigrationFolder nested = migration_folder(root.path(), "migrations", "t", "./migrations/**/*.sql");
  CHECK(nested.table == "t");
  CHECK(names_in(nested) == std::vector<std::string>{"0001_a.sql", "0002_b.sql", "down/0001_a.sql"});
}

TEST_CASE("what cannot be is said") {
  const TemporaryFolder root;
  CHECK(testing::kind_of_failure([&] { find_migrations(migration_folder(root.path(), {}, {}, {})); }) ==
        ErrorKind::not_found);
  CHECK(testing::kind_of_failure([&] { migration_folder(root.path(), {}, {}, "migrations/*.sql"); }) ==
        ErrorKind::invalid_input);
  for (const char* const pattern :
       {"migrations/*.sql", "db/../*.sql", "../db/*.sql", "/db/*.sql", "db/a/..", "!db/*"}) {
    CAPTURE(pattern);
    CHECK(testing::kind_of_failure([&] { migration_folder(root.path(), "db", {}, pattern); }) ==
          ErrorKind::invalid_input);
  }
  CHECK(testing::kind_of_failure([] { PathGlob("!(0*).sql"); }) == ErrorKind::unavailable);
  CHECK(migration_folder(root.path(), ".", {}, "*/x.sql").pattern == "*/x.sql");
  CHECK(migration_folder(root.path(), "./db/", {}, "./db/*.sql").pattern == "*.sql");
}

TEST_CASE("a pattern is named that would match what lies in sub-folders") {
  const auto pattern = [](std::vector<std::string> files, const std::string& dir = "migrations") {
    const TemporaryFolder folder;
    for (const std::string& file : files) make(folder.path() / "m" / file);
    std::filesystem::create_directories(folder.path() / "m");
    return pattern_that_would_match({.folder = folder.path() / "m", .dir = dir}).value_or("");
  };
  CHECK(pattern({"20250101_init/migration.sql", "20250102_b/migration.sql"}) == "migrations/*/migration.sql");
  CHECK(pattern({"a/1.sql", "b/2.sql"}, "prisma/migrations") == "prisma/migrations/*/*.sql");
  CHECK(pattern({"a/b/1.sql", "c/2.sql"}, ".") == "**/*.sql");
  CHECK(pattern({"0001_a.sql"}) == "migrations/*.sql");
  CHECK(pattern({"down/0001_a.sql", "squashed/0001_a.sql", "meta/journal.json"}).empty());
  CHECK(pattern({}).empty());
}
