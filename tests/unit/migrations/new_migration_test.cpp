// Numbers and names of new migrations.
#include "migrations/new_migration.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "migrations/migration_number.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::migrations;
using corral::testing::kind_of_failure;
using corral::testing::TemporaryFolder;

namespace {

constexpr const char* now = "2026-11-25T04:02:09.123Z";

std::string text_of(const char* text) {
  const auto number = MigrationNumber::of(text);
  return number ? number->text() : "none";
}

std::string made(const MigrationFolder& folder, const std::string& message, bool by_time = false) {
  return create_migration(folder, {.message = message, .now = now, .by_time = by_time}).filename();
}

}  // namespace

TEST_CASE("numbers are read as wrangler reads them") {
  CHECK(text_of("0012_a.sql") == "12");
  CHECK(text_of(" 3_space") == "3");
  CHECK(text_of("+4") == "4");
  CHECK(text_of("-5_x") == "-5");
  CHECK(text_of("-0") == "0");
  CHECK(text_of("000") == "0");
  CHECK(text_of("a1") == "none");
  CHECK(text_of("-") == "none");
  CHECK(text_of("") == "none");
  CHECK(*MigrationNumber::of("-5") < *MigrationNumber::of("-4"));
  CHECK(*MigrationNumber::of("-5") < *MigrationNumber::of("0"));
  CHECK(*MigrationNumber::of("9007199254740993") > *MigrationNumber::of("9007199254740992"));
  CHECK(*MigrationNumber::of("99999999999999999999999") < *MigrationNumber::of("100000000000000000000000"));
  CHECK(MigrationNumber::of_name("a/7_x/migration.sql")->text() == "7");
  CHECK(MigrationNumber::zero().next() == "0001");
  for (const char* const name : {"2024-01-13-a.sql",
                                 "2024_01_13_a.sql",
                                 "2024.12.31.sql",
                                 "2024-01_a.sql",
                                 "2024-01-13T10-00_a.sql",
                                 "2024-01-13_x/migration.sql",
                                 "2024-01-13/0001_a.sql",
                                 "2024-1-3-a.sql",
                                 "2024_1.sql",
                                 "2024/01/13_a.sql",
                                 "13-01-2024-a.sql",
                                 "13.1.2024.sql",
                                 "24-01-13_a.sql",
                                 "13_01_24.sql",
                                 "2024-jan-13.sql",
                                 "2024January.sql",
                                 "2024-W03_a.sql",
                                 "2024-q4.sql",
                                 "1.2.0_a.sql",
                                 "10.0.1/a.sql"}) {
    CAPTURE(name);
    CHECK_FALSE(MigrationNumber::of_name(name));
  }
  for (const char* const name : {"2024_add.sql", "2024-13-01.sql", "0001-01-13.sql", "2024-012.sql",
                                 "2024.sql", "2024_marketing.sql", "2024-w99.sql", "1-2-3_a.sql",
                                 "01-02-003.sql", "24-01_a.sql", "0001.2fa.sql", "1.sql", "3_2fa.sql"}) {
    CAPTURE(name);
    CHECK(MigrationNumber::of_name(name));
  }
  for (const char* const number : {"20240113", "202401", "240113", "2024011312", "202401131259"})
    CHECK(MigrationNumber::of(number)->is_date());
  for (const char* const number :
       {"20241301", "20240113120000", "2024", "99990101", "-20240113", "000012", "991313", "202401132500"})
    CHECK_FALSE(MigrationNumber::of(number)->is_date());
  CHECK(MigrationNumber::of("0009")->next() == "0010");
  CHECK(MigrationNumber::of("9999")->next() == "10000");
  CHECK(MigrationNumber::of("99999999999999999999999")->next() == "100000000000000000000000");
}

TEST_CASE("a new migration gets the next number and a first line") {
  const TemporaryFolder root;
  const MigrationFolder folder = migration_folder(root.path(), {}, {}, {});
  CHECK(made(folder, "add users") == "0001_add_users.sql");
  CHECK(made(folder, "tab\tand\nline") == "0002_tab_and_line.sql");
  std::ifstream file(folder.folder / "0001_add_users.sql");
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) ==
        "-- Migration number: 0001 \t 2026-11-25T04:02:09.123Z\n");
  std::ofstream(folder.folder / "0041_x.sql") << "";
  CHECK(made(folder, "y") == "0042_y.sql");
  CHECK(made(folder, "z", true) == "20261125040209_z.sql");
  CHECK(made(folder, "é") == "20261125040210_é.sql");
  for (const char* const message : {"a/b", "a\\b", "\xff"}) {
    CHECK(kind_of_failure([&] { made(folder, message); }) == ErrorKind::invalid_input);
  }
  CHECK(kind_of_failure([&] { made(folder, std::string(300, 'x')); }) == ErrorKind::limit);
  CHECK(kind_of_failure([&] { made(folder, ""); }) == ErrorKind::usage);
}

TEST_CASE("what the pattern would not find is not made, nor a down part that it would find") {
  const TemporaryFolder root;
  const MigrationFolder nested = migration_folder(root.path(), "m", {}, "m/*/migration.sql");
  CHECK(kind_of_failure([&] { made(nested, "x"); }) == ErrorKind::invalid_input);
  CHECK_FALSE(std::filesystem::exists(nested.folder));
  CHECK(down_path(nested, "1_a/migration.sql") == nested.folder / "down/1_a/migration.sql");
  const MigrationFolder deep = migration_folder(root.path(), "m", {}, "m/**/*.sql");
  CHECK(kind_of_failure([&] { down_path(deep, "1.sql"); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { create_migration(deep, {.message = "x", .now = now, .with_down = true}); }) ==
        ErrorKind::invalid_input);
  CHECK_FALSE(std::filesystem::exists(deep.folder));
}

TEST_CASE("a migration whose down file cannot be made is not made either") {
  const TemporaryFolder root;
  const MigrationFolder folder = migration_folder(root.path(), "m", {}, {});
  std::filesystem::create_directories(folder.folder);
  std::ofstream(folder.folder / "down") << "not a folder";
  CHECK_THROWS_AS(create_migration(folder, {.message = "x", .now = now, .with_down = true}), Error);
  CHECK(find_migrations(folder).empty());
}
