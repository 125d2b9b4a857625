// What the comments of backends/migration_records.hpp promise.
#include "backends/lmdb/migration_records.hpp"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

using namespace corral;
using corral::testing::TemporaryFolder;

TEST_CASE("migration records: by database and name, of any length") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path() / "corral");
  lmdb::LmdbMigrationRecords records(environment);
  CHECK(records.of("a").empty());
  records.remove("a", {"x"});
  records.forget("a");
  records.put("a", {});
  CHECK(std::filesystem::is_empty(folder.path()));

  const std::string long_name(3000, 'n');
  records.put("a", {{"0001.sql", {.sha256 = "11", .bookmark = "s", .stamp = "1.2"}},
                    {long_name, {.sha256 = "22", .bookmark = {}, .stamp = {}}}});
  records.put("b", {{"0001.sql", {.sha256 = "33", .bookmark = {}, .stamp = {}}}});
  records.put("a", {{"0001.sql", {.sha256 = "44", .bookmark = "t", .stamp = "3.4"}}});
  CHECK(records.of("a").size() == 2);
  CHECK(records.of("a").at("0001.sql").sha256 == "44");
  CHECK(records.of("a").at("0001.sql").bookmark == "t");
  CHECK(records.of("a").at("0001.sql").stamp == "3.4");
  CHECK(records.of("a").at(long_name).sha256 == "22");
  CHECK(records.of("a").at(long_name).stamp.empty());
  records.remove("a", {"0001.sql", "never"});
  CHECK(records.of("a").size() == 1);
  records.forget("a");
  CHECK(records.of("a").empty());
  CHECK(records.of("b").at("0001.sql").sha256 == "33");
}
