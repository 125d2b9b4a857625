// What the wrangler backend leaves on disk, and what it does with damaged files.
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/kv_backend.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "tests/backends/kv_backends.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;
namespace fs = std::filesystem;

namespace {

constexpr const char* id = "0123456789abcdef";

struct WranglerFixture : KvFixture {
  WranglerFixture() : KvFixture(kv_implementations().at(0), id) {}
  [[nodiscard]] fs::path database() const { return wrangler::kv_database_file(folder.path(), id); }
  [[nodiscard]] fs::path blobs() const { return wrangler::kv_blob_folder(folder.path(), id); }
  [[nodiscard]] std::size_t blob_count() const {
    return fs::exists(blobs()) ? static_cast<std::size_t>(std::distance(fs::directory_iterator(blobs()), {}))
                               : 0;
  }
};

}  // namespace

TEST_CASE("each live row has one blob, and no blob is left behind") {
  WranglerFixture kv;
  for (int i = 0; i < 5; ++i) kv.put("k" + std::to_string(i), "1");
  CHECK(kv.blob_count() == 5);
  for (int i = 0; i < 5; ++i) kv.put("k" + std::to_string(i), "2");
  CHECK(kv.blob_count() == 5);
  kv.store->rename("k0", "k1", noon);
  CHECK(kv.blob_count() == 4);
  kv.store->erase(std::vector<std::string>{"k1", "k2"});
  CHECK(kv.blob_count() == 2);
  kv.put("expired", "x", noon - 1);
  CHECK(kv.blob_count() == 3);
  kv.names();
  CHECK(kv.blob_count() == 2);
  kv.put("expired", "x", noon - 1);
  kv.get("expired");
  CHECK(kv.blob_count() == 2);
  CHECK_FALSE(kv.put("k3", "x", {}, {}, KvStore::Condition::if_absent));
  { kv.store->begin_batch()->put({.key = "abandoned", .expiration = {}, .metadata = {}}, "x"); }
  CHECK_THROWS_AS(kv.put("large", std::string(kv_max_value_bytes + 1, 'x')), Error);
  CHECK(kv.blob_count() == 2);
}

TEST_CASE("the file is what workerd expects: name, schema, WAL, page size") {
  WranglerFixture kv;
  kv.put("k", "value", noon + 60'000, "{\"a\":1}");
  const auto connection = sqlite::Connection::open_existing(kv.database());
  REQUIRE(connection);
  auto mode = connection->prepare("PRAGMA journal_mode");
  REQUIRE(mode.step());
  CHECK(mode.text(0) == "wal");
  auto row = connection->prepare("SELECT key, blob_id, expiration, metadata FROM _mf_entries");
  REQUIRE(row.step());
  CHECK(row.text(0) == "k");
  CHECK(row.text(1).size() == 80);
  CHECK(row.integer(2) == noon + 60'000);
  CHECK(row.text(3) == "{\"a\":1}");
  std::ifstream blob(kv.blobs() / std::string(row.text(1)));
  CHECK(std::string(std::istreambuf_iterator<char>(blob), {}) == "value");
}

TEST_CASE("a row without its blob reads as not found, and can be written again") {
  WranglerFixture kv;
  kv.put("k", "x");
  fs::remove(fs::directory_iterator(kv.blobs())->path());
  CHECK_FALSE(kv.get("k"));
  CHECK_FALSE(kv.store->head("k", noon));
  CHECK(kv.store->stats(noon, 1).keys == 0);
  kv.put("k", "y");
  CHECK(kv.get("k") == "y");
}

TEST_CASE("a row that names a file elsewhere reaches nothing") {
  WranglerFixture kv;
  kv.put("k", "x");
  const fs::path secret = kv.folder.path() / "v3" / "kv" / id / "secret";
  std::ofstream(secret) << "secret";
  sqlite::Connection::open_existing(kv.database())->execute("UPDATE _mf_entries SET blob_id = '../secret'");
  CHECK_FALSE(kv.get("k"));
  kv.store->erase(std::vector<std::string>{"k"});
  CHECK(fs::exists(secret));
}

TEST_CASE("damaged and unreadable files are errors that name the file") {
  const auto damage = [](const std::function<void(const WranglerFixture&)>& harm, ErrorKind expected) {
    WranglerFixture kv;
    for (int i = 0; i < 300; ++i) kv.put("key" + std::to_string(i), "value");
    sqlite::Connection::open_existing(kv.database())->execute("PRAGMA wal_checkpoint(TRUNCATE)");
    kv.store.reset();
    harm(kv);
    kv.store = kv.backend->open(id);
    CHECK(kind_of_failure([&] { kv.names(); }) == expected);
    CHECK(kind_of_failure([&] { kv.put("new", "x"); }) == expected);
    CHECK(kv.blob_count() == 300);
  };
  SUBCASE("garbage") {
    damage([](const auto& kv) { std::ofstream(kv.database()) << std::string(8192, 'g'); },
           ErrorKind::corrupt);
  }
  SUBCASE("cut short") {
    damage([](const auto& kv) { fs::resize_file(kv.database(), 5000); }, ErrorKind::corrupt);
  }
  SUBCASE("a folder in its place") {
    damage(
        [](const auto& kv) {
          fs::remove(kv.database());
          fs::create_directory(kv.database());
        },
        ErrorKind::invalid_input);
  }
}

TEST_CASE("a file in place of the blob folder is an error, and nothing is half-written") {
  WranglerFixture kv;
  fs::create_directories(kv.blobs().parent_path());
  std::ofstream(kv.blobs()) << "file";
  CHECK(kind_of_failure([&] { kv.put("k", "x"); }) == ErrorKind::io);
  CHECK_FALSE(kv.get("k"));
}
