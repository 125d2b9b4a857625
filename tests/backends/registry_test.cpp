// What the comments of backends/registry.hpp promise.
#include "backends/lmdb/registry.hpp"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/lmdb/environment.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using corral::testing::kind_of_failure;
using corral::testing::TemporaryFolder;

namespace {

Resource kv_namespace(std::string id, std::string name) {
  Resource resource;
  resource.kind = ResourceKind::kv_namespace;
  resource.id = std::move(id);
  resource.name = std::move(name);
  resource.created_at = 1'800'000'000'000;
  return resource;
}

}  // namespace

TEST_CASE("resources are found by id and by name, within their kind") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path() / "corral");
  lmdb::LmdbRegistry registry(environment);
  CHECK(registry.list(ResourceKind::kv_namespace).empty());
  CHECK_FALSE(registry.find_id(ResourceKind::kv_namespace, "1"));
  CHECK_FALSE(registry.remove(ResourceKind::kv_namespace, "1"));
  CHECK(std::filesystem::is_empty(folder.path()));

  registry.add(kv_namespace("2", "beta"));
  registry.add(kv_namespace("1", "gamma \n é"));
  Resource database = kv_namespace("1", "beta");
  database.kind = ResourceKind::d1_database;
  registry.add(database);

  const auto found = registry.find_id(ResourceKind::kv_namespace, "1");
  REQUIRE(found);
  CHECK(found->name == "gamma \n é");
  CHECK(found->created_at == 1'800'000'000'000);
  CHECK(found->settings == "{}");
  CHECK(registry.find_name(ResourceKind::kv_namespace, "beta")->id == "2");
  CHECK(registry.find_name(ResourceKind::d1_database, "beta")->id == "1");
  CHECK_FALSE(registry.find_name(ResourceKind::r2_bucket, "beta"));
  const auto all = registry.list(ResourceKind::kv_namespace);
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "beta");
}

TEST_CASE("ids and names are unique within a kind; changes are seen by others") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path() / "corral");
  lmdb::LmdbRegistry registry(environment);
  registry.add(kv_namespace("1", "alpha"));
  registry.add(kv_namespace("2", "beta"));
  CHECK(kind_of_failure([&] { registry.add(kv_namespace("3", "alpha")); }) == ErrorKind::conflict);
  CHECK(kind_of_failure([&] { registry.add(kv_namespace("1", "gamma")); }) == ErrorKind::conflict);
  CHECK(kind_of_failure([&] { registry.rename(ResourceKind::kv_namespace, "1", "beta"); }) ==
        ErrorKind::conflict);
  CHECK(kind_of_failure([&] { registry.rename(ResourceKind::kv_namespace, "9", "x"); }) ==
        ErrorKind::not_found);
  CHECK(kind_of_failure([&] { registry.set_settings(ResourceKind::kv_namespace, "9", "{}"); }) ==
        ErrorKind::not_found);
  registry.rename(ResourceKind::kv_namespace, "1", "alpha");
  registry.rename(ResourceKind::kv_namespace, "1", "delta");
  registry.set_settings(ResourceKind::kv_namespace, "1", R"({"jurisdiction":"eu"})");
  CHECK(registry.remove(ResourceKind::kv_namespace, "2"));
  CHECK_FALSE(registry.remove(ResourceKind::kv_namespace, "2"));
  const auto all = registry.list(ResourceKind::kv_namespace);
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "delta");
  CHECK(all[0].settings == R"({"jurisdiction":"eu"})");
}
