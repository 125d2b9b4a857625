// Databases page by page: what PageReader hands out and what replace_pages makes of it.
#include "backends/sqlite/page_image.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"
#include "tests/sqlite_build.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::testing;
using sqlite::Connection;
using sqlite::PageReader;
using sqlite::replace_pages;
namespace fs = std::filesystem;

namespace {

/// An image in memory that a test can damage.
class HeldPages final : public PageSource {
 public:
  HeldPages() = default;
  explicit HeldPages(const Connection& connection) {
    PageReader reader(connection);
    size = reader.page_size();
    for (std::uint32_t i = 1; i <= reader.page_count(); ++i) pages.emplace_back(reader.page(i));
  }
  [[nodiscard]] std::uint32_t page_size() const override { return size; }
  [[nodiscard]] std::uint32_t page_count() const override { return static_cast<std::uint32_t>(pages.size()); }
  std::string_view page(std::uint32_t number) override {
    if (number == fails_at) throw Error(ErrorKind::io, "a page that cannot be read");
    return pages.at(number - 1);
  }

  std::uint32_t size = 4096;
  std::uint32_t fails_at = 0;
  std::vector<std::string> pages;
};

std::string one(const Connection& connection, const std::string& query) {
  sqlite::Statement statement = connection.prepare(query);
  return statement.step() ? std::string(statement.text(0)) : "no row";
}

void fill_table(const Connection& connection, const std::string& table, int rows) {
  connection.execute(
      fmt::format("CREATE TABLE IF NOT EXISTS {0} (id INTEGER PRIMARY KEY, x);"
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {1}) "
                  "INSERT INTO {0} (x) SELECT hex(zeroblob(100)) || i FROM n",
                  table, rows));
}

struct Files {
  TemporaryFolder folder;
  Connection from = Connection::open_or_create(folder.path() / "from.sqlite");
  Connection to = Connection::open_or_create(folder.path() / "to.sqlite");
};

/// What holds of any file after a replacement.
void check_whole(const Files& files) {
  const Connection fresh = *Connection::open_existing(files.to.file());
  for (const Connection* const connection : {&files.to, &fresh}) {
    CHECK(one(*connection, "PRAGMA integrity_check") == "ok");
    CHECK(one(*connection, "PRAGMA journal_mode") == "wal");
    CHECK(one(*connection, "PRAGMA page_count") == one(files.from, "PRAGMA page_count"));
    CHECK(one(*connection, "SELECT group_concat(name || coalesce(sql, '')) FROM sqlite_schema") ==
          one(files.from, "SELECT group_concat(name || coalesce(sql, '')) FROM sqlite_schema"));
  }
}

}  // namespace

TEST_CASE("replacing pages: growing, shrinking, and back") {
  Files files;
  fill_table(files.from, "long", 3000);
  CHECK(replace_pages(files.to, *std::make_unique<PageReader>(files.from)) > 50);
  check_whole(files);
  CHECK(one(files.to, "SELECT count(*) FROM long") == "3000");

  files.from.execute("DROP TABLE long; VACUUM");
  fill_table(files.from, "short", 3);
  HeldPages small(files.from);
  CHECK(replace_pages(files.to, small) > 50);
  check_whole(files);
  CHECK(one(files.to, "SELECT count(*) FROM short") == "3");
  files.to.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  CHECK(fs::file_size(files.to.file()) == 4096 * small.page_count());

  fill_table(files.to, "short", 2000);
  CHECK(one(files.to, "SELECT count(*) FROM short") == "2003");
  CHECK(one(files.to, "PRAGMA integrity_check") == "ok");
}

// Without sqlite_dbpage all of the content is written again.
TEST_CASE("replacing pages writes only those that differ" * doctest::skip(!has_own_sqlite)) {
  Files files;
  fill_table(files.from, "t", 3000);
  HeldPages image(files.from);
  replace_pages(files.to, image);
  CHECK(replace_pages(files.to, image) == 0);
  HeldPages same(files.to);
  CHECK(replace_pages(files.from, same) == 0);

  files.to.execute("UPDATE t SET x = 'changed' WHERE id = 1500");
  const std::uint64_t written = replace_pages(files.to, image);
  CHECK(written >= 1);
  CHECK(written <= 3);
  CHECK(one(files.to, "SELECT x = 'changed' FROM t WHERE id = 1500") == "0");
  check_whole(files);
}

TEST_CASE("others who have the file open read on, and then see the new schema and rows") {
  Files files;
  fill_table(files.to, "t", 10);
  fill_table(files.from, "other", 500);
  // The same number of changes to the schema in both, so that the cookies of the two are equal.
  const Connection watcher = *Connection::open_existing(files.to.file());
  sqlite::Statement count = watcher.prepare("SELECT count(*) FROM t");
  CHECK(count.step());
  count.reset();
  HeldPages image(files.from);
  {
    const sqlite::ReadTransaction reading(watcher);
    CHECK(one(watcher, "SELECT count(*) FROM t") == "10");
    replace_pages(files.to, image);
    CHECK(one(watcher, "SELECT count(*) FROM t") == "10");
  }
  CHECK(one(watcher, "SELECT count(*) FROM other") == "500");
  CHECK(kind_of_failure([&] { count.step(); }) == ErrorKind::invalid_input);
  watcher.execute("INSERT INTO other (x) VALUES ('by another')");
  CHECK(one(files.to, "SELECT count(*) FROM other") == "501");
  CHECK(one(watcher, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("a page reader hands out one moment, what is only in the log included") {
  Files files;
  fill_table(files.from, "t", 1000);
  HeldPages before(files.from);
  const Connection writer = *Connection::open_existing(files.from.file());
  PageReader reader(files.from);
  CHECK(reader.page_count() == before.page_count());
  CHECK(reader.page(1) == before.page(1));
  fill_table(writer, "t", 1000);
  bool same = true;
  for (std::uint32_t i = 1; i <= before.page_count(); ++i) same = same && reader.page(i) == before.page(i);
  CHECK(same);
  CHECK(reader.page_count() == before.page_count());
}

TEST_CASE("an image that does not fit changes nothing") {
  Files files;
  fill_table(files.to, "kept", 100);
  fill_table(files.from, "t", 2000);
  const auto failure = [&](HeldPages& image) {
    return kind_of_failure([&] { replace_pages(files.to, image); });
  };
  HeldPages image(files.from);
  image.fails_at = 20;
  CHECK(failure(image) == ErrorKind::io);
  image.fails_at = 0;
  image.pages[10].pop_back();
  CHECK(failure(image) == ErrorKind::corrupt);
  image.pages[0][3] = 'x';
  CHECK(failure(image) == ErrorKind::corrupt);
  image.pages[0] = "short";
  CHECK(failure(image) == ErrorKind::corrupt);

  const Connection other = Connection::in_memory();
  other.execute("PRAGMA page_size = 1024");
  fill_table(other, "t", 10);
  HeldPages wrong_size(other);
  CHECK(failure(wrong_size) == ErrorKind::invalid_input);
  const Connection vacuumed = Connection::in_memory();
  vacuumed.execute("PRAGMA auto_vacuum = FULL");
  fill_table(vacuumed, "t", 10);
  HeldPages wrong_vacuum(vacuumed);
  CHECK(failure(wrong_vacuum) == ErrorKind::invalid_input);

  CHECK(one(files.to, "SELECT count(*) FROM kept") == "100");
  CHECK(one(files.to, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("an image without pages empties; a file without pages takes any") {
  Files files;
  fill_table(files.to, "t", 1000);
  HeldPages nothing;
  CHECK(replace_pages(files.to, nothing) > 10);
  CHECK(one(files.to, "SELECT count(*) FROM sqlite_schema") == "0");

  const Connection source = Connection::in_memory();
  source.execute("PRAGMA page_size = 1024");
  fill_table(source, "t", 200);
  HeldPages image(source);
  const fs::path file = files.folder.path() / "fresh.sqlite";
  std::ofstream(file).close();
  const Connection fresh = *Connection::open_existing(file);
  CHECK(replace_pages(fresh, image) >= image.page_count());
  CHECK(one(fresh, "SELECT count(*) FROM t") == "200");
  CHECK(one(fresh, "PRAGMA page_size") == "1024");
}

TEST_CASE("replacing pages works with a rollback journal too") {
  Files files;
  fill_table(files.to, "t", 3000);
  files.to.execute("PRAGMA journal_mode = DELETE");
  fill_table(files.from, "u", 5);
  HeldPages image(files.from);
  replace_pages(files.to, image);
  const Connection fresh = *Connection::open_existing(files.to.file());
  for (const Connection* const connection : {static_cast<const Connection*>(&files.to), &fresh}) {
    CHECK(one(*connection, "PRAGMA integrity_check") == "ok");
    CHECK(one(*connection, "PRAGMA journal_mode") == "delete");
    CHECK(one(*connection, "SELECT count(*) FROM u") == "5");
  }
  CHECK(fs::file_size(files.to.file()) == 4096 * image.page_count());
}
