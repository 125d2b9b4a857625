// Bookmarks: pages kept once, whole, for thirty days.
#include "backends/lmdb/bookmark_store.hpp"

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/lmdb/bookmark_record.hpp"
#include "backends/lmdb/page_pool.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::testing;
namespace fs = std::filesystem;

namespace {

constexpr UnixMillis bookmark_time = 1'800'000'000'000;
class MadePages final : public PageSource {
 public:
  explicit MadePages(std::vector<std::string> made) : pages(std::move(made)) {}
  [[nodiscard]] std::uint32_t page_size() const override { return 512; }
  [[nodiscard]] std::uint32_t page_count() const override { return static_cast<std::uint32_t>(pages.size()); }
  std::string_view page(std::uint32_t number) override {
    if (number == fails_at) throw Error(ErrorKind::io, "a page that cannot be read");
    return pages.at(number - 1);
  }
  std::vector<std::string> pages;
  std::uint32_t fails_at = 0;
};

std::string page_of(int content) {
  std::string page = fmt::format("page {} ", content);
  page.resize(512, 'x');
  return page;
}

MadePages made(int first, int count) {
  std::vector<std::string> pages;
  for (int i = 0; i < count; ++i) pages.push_back(page_of(first + i));
  return MadePages(std::move(pages));
}

struct BookmarkedDatabase {
  TemporaryFolder folder;
  fs::path path = folder.path() / "time-travel";
  lmdb::LmdbBookmarkStore store{path};

  Bookmark take(PageSource& pages, UnixMillis now = bookmark_time, std::string_view database = "db") {
    return store.take({.database_id = database,
                       .database_name = "shop",
                       .now = now,
                       .changed_at = now - 5,
                       .reason = "a test",
                       .stamp = "s"},
                      pages);
  }
  bool holds(const Bookmark& bookmark, const MadePages& expected, std::string_view database = "db") {
    const std::unique_ptr<PageSource> pages = store.open(bookmark, database);
    if (pages->page_count() != expected.page_count() || pages->page_size() != 512) return false;
    for (std::uint32_t i = 1; i <= pages->page_count(); ++i) {
      if (pages->page(i) != expected.pages.at(i - 1)) return false;
    }
    return true;
  }
  std::uint64_t stored(const std::string& name) {
    lmdb::Environment environment(path);
    std::uint64_t count = 0;
    environment.read([&](lmdb::Transaction& transaction) {
      if (const auto found = transaction.find(name)) count = transaction.count(*found);
    });
    return count;
  }
};

}  // namespace

TEST_CASE("bookmarks: what was taken is given back, each with its own content") {
  BookmarkedDatabase fixture;
  CHECK(fixture.store.list("db").bookmarks.empty());
  CHECK_FALSE(fixture.store.newest("db"));
  CHECK_FALSE(fs::exists(fixture.path));

  MadePages pages = made(0, 1000);
  const Bookmark first = fixture.take(pages);
  MadePages changed = pages;
  changed.pages[700] = page_of(-1);
  changed.pages.resize(900);
  const Bookmark second = fixture.take(changed, bookmark_time + 1);
  CHECK(fixture.holds(first, pages));
  CHECK(fixture.holds(second, changed));
  CHECK(first.new_bytes == 1000 * 512);
  CHECK(second.new_bytes == 512);
  CHECK(first.id < second.id);
  CHECK(first.id.size() == 59);
  CHECK(second.id.substr(0, 9) == "00000002-");
  CHECK(fixture.store.find("db", first.id)->taken_at == bookmark_time);
  CHECK_FALSE(fixture.store.find("other", first.id));
  CHECK(fixture.store.newest("db")->id == second.id);
  const std::vector<Bookmark> all = fixture.store.list("db").bookmarks;
  REQUIRE(all.size() == 2);
  CHECK(all[0].reason == "a test");
  CHECK(all[0].stamp == "s");
  CHECK(all[0].changed_at == bookmark_time - 5);
  CHECK(all[0].pages == 1000);
  CHECK(kind_of_failure([&] { fixture.store.open(first, "other"); }) == ErrorKind::not_found);
}

TEST_CASE("bookmarks: the same content is kept once") {
  BookmarkedDatabase fixture;
  MadePages pages = made(0, 600);
  const Bookmark first = fixture.take(pages);
  CHECK(fixture.take(pages, bookmark_time + 1).id == first.id);
  CHECK(fixture.store.list("db").bookmarks.size() == 1);
  // The files looked different: that is remembered.
  fixture.store.take({.database_id = "db",
                      .database_name = "shop",
                      .now = bookmark_time + 2,
                      .changed_at = bookmark_time + 1,
                      .reason = "x",
                      .stamp = "another"},
                     pages);
  CHECK(fixture.store.list("db").bookmarks.size() == 1);
  CHECK(fixture.store.newest("db")->stamp == "another");
  CHECK(fixture.store.newest("db")->reason == "a test");
  // Retaken after a one_day, so that a recent state is never covered only by a bookmark about to expire.
  CHECK(fixture.take(pages, bookmark_time + one_day).id != first.id);
  CHECK(fixture.take(pages, bookmark_time, "other").new_bytes == 0);
  CHECK(fixture.stored("pages") == 600);
  // Equal pages within one database, too.
  MadePages equal(std::vector<std::string>(600, page_of(0)));
  CHECK(fixture.take(equal, bookmark_time + one_day + 1).new_bytes == 0);
  CHECK(fixture.stored("pages") == 600);
  CHECK(fixture.holds(fixture.take(equal, bookmark_time + one_day + 2), equal));
}

TEST_CASE("bookmarks older than thirty days go with the pages that only they have") {
  BookmarkedDatabase fixture;
  MadePages old_pages = made(0, 1000);
  fixture.take(old_pages);
  MadePages mixed = made(500, 1000);
  const Bookmark kept = fixture.take(mixed, bookmark_time + one_day);
  CHECK(fixture.stored("pages") == 1500);
  MadePages newest = made(5000, 10);
  const UnixMillis later = bookmark_time + bookmark_retention + 1;
  fixture.take(newest, later);
  CHECK(fixture.store.list("db").bookmarks.size() == 2);
  CHECK(fixture.stored("pages") == 1010);
  CHECK(fixture.holds(kept, mixed));
  CHECK(fixture.store.prune(later + bookmark_retention + 1, bookmark_unfinished_for, false) == 2);
  for (const char* const name : {"pages", "pages-uses", "lists", "lists-uses", "bookmarks"}) {
    CAPTURE(name);
    CHECK(fixture.stored(name) == 0);
  }
}

TEST_CASE("a bookmark that was interrupted is none, and what it wrote goes") {
  BookmarkedDatabase fixture;
  MadePages pages = made(0, 9000);
  pages.fails_at = 8900;
  CHECK(kind_of_failure([&] { fixture.take(pages); }) == ErrorKind::io);
  CHECK(fixture.stored("pages") > 4000);
  CHECK(fixture.store.list("db").bookmarks.empty());
  CHECK_FALSE(fixture.store.newest("db"));
  MadePages small = made(20000, 3);
  fixture.take(small, bookmark_time + 60 * 60 * 1000);
  CHECK(fixture.stored("pages") == 3);
  CHECK(fixture.stored("pages-uses") == 0);
  pages.fails_at = 0;
  CHECK(fixture.holds(fixture.take(pages, bookmark_time + one_day), pages));
}

TEST_CASE("a page that is damaged or missing is told") {
  BookmarkedDatabase fixture;
  MadePages pages = made(0, 10);
  const Bookmark bookmark = fixture.take(pages);
  const auto reading = [&] {
    lmdb::LmdbBookmarkStore store(fixture.path);
    store.open(bookmark, "db")->page(5);
  };
  reading();
  lmdb::Environment environment(fixture.path);
  const std::string hash = lmdb::PagePool::hash_of(page_of(7));
  environment.write([&](lmdb::Transaction& transaction) {
    const lmdb::Database stored = *transaction.find("pages");
    std::string bytes(*transaction.get(stored, hash));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    transaction.put(stored, hash, bytes);
  });
  environment.close();
  CHECK(kind_of_failure(reading) == ErrorKind::corrupt);
  environment.write(
      [&](lmdb::Transaction& transaction) { lmdb::PagePool::make(transaction, "pages").release(hash); });
  environment.close();
  CHECK(kind_of_failure(reading) == ErrorKind::corrupt);
}

TEST_CASE("a page is kept compressed where that saves space, and as it is elsewhere") {
  BookmarkedDatabase fixture;
  std::string random(4096, '\0');
  std::mt19937 numbers(1);
  for (char& byte : random) byte = static_cast<char>(numbers());
  const std::string text(4096, 'x');
  // Compressed it is more than half a page, which has a page to itself in LMDB all the same.
  const std::string half = random.substr(0, 2100) + std::string(1996, 'x');
  lmdb::Environment environment(fixture.path);
  environment.write([&](lmdb::Transaction& transaction) {
    lmdb::PagePool pool = lmdb::PagePool::make(transaction, "pages");
    for (const std::string& page : {random, text, half}) pool.add(lmdb::PagePool::hash_of(page), page);
    const lmdb::Database stored = *transaction.find("pages");
    CHECK(transaction.get(stored, lmdb::PagePool::hash_of(text)).value_or(text).size() < 100);
    for (const std::string& page : {random, half}) {
      const auto kept = transaction.get(stored, lmdb::PagePool::hash_of(page) + page.substr(4080));
      CHECK(kept == page.substr(0, 4080));
    }
    for (const std::string& page : {random, text, half}) {
      CHECK(pool.get(lmdb::PagePool::hash_of(page)) == page);
      CHECK(pool.release(lmdb::PagePool::hash_of(page)) == page);
    }
  });
}

TEST_CASE("pages that older versions kept as they are still read") {
  BookmarkedDatabase fixture;
  const std::string page = page_of(7);
  const std::string hash = lmdb::PagePool::hash_of(page);
  lmdb::Environment environment(fixture.path);
  environment.write([&](lmdb::Transaction& transaction) {
    lmdb::PagePool pool = lmdb::PagePool::make(transaction, "pages");
    transaction.put(*transaction.find("pages"), hash + page.substr(496), page.substr(0, 496));
    CHECK(pool.has(hash));
    CHECK(pool.get(hash) == page);
    CHECK_FALSE(pool.add(hash, page));
  });
}

TEST_CASE("a bookmark knows what database it is of, which a later request brings up to date") {
  BookmarkedDatabase fixture;
  MadePages pages = made(0, 10);
  const Bookmark first = fixture.take(pages);
  CHECK(first.database_id == "db");
  CHECK(first.database_name == "shop");
  CHECK_FALSE(first.registered);
  const Resource entry{
      .kind = ResourceKind::d1_database, .id = "db", .name = "shop", .created_at = 7, .settings = "{}"};
  const BookmarkRequest request{.database_id = "db",
                                .database_name = "renamed",
                                .registered = entry,
                                .now = bookmark_time + 1,
                                .changed_at = bookmark_time,
                                .reason = "x",
                                .stamp = "s"};
  CHECK(fixture.store.take(request, pages).id == first.id);
  const BookmarkList all = fixture.store.list_all();
  REQUIRE(all.bookmarks.size() == 1);
  CHECK(all.bookmarks[0].database_name == "renamed");
  REQUIRE(all.bookmarks[0].registered);
  CHECK(all.bookmarks[0].registered->created_at == 7);
  // Whoever does not know of the entry does not take it away.
  CHECK(fixture.take(pages, bookmark_time + 2).registered);
}

TEST_CASE("gc removes a bookmark that was interrupted, once no writer can be at it") {
  BookmarkedDatabase fixture;
  MadePages pages = made(0, 9000);
  pages.fails_at = 8900;
  CHECK(kind_of_failure([&] { fixture.take(pages); }) == ErrorKind::io);
  CHECK(fixture.store.prune(bookmark_time + 1000, bookmark_unfinished_for, false) == 0);
  CHECK(fixture.store.prune(bookmark_time + 1000, 0, true) == 1);
  CHECK(fixture.stored("pages") > 4000);
  CHECK(fixture.store.prune(bookmark_time + 1000, 0, false) == 1);
  CHECK(fixture.stored("pages") == 0);
}

namespace {

/// Makes something else of the record of a bookmark.
void damage(const BookmarkedDatabase& fixture, const Bookmark& bookmark,
            const std::function<void(std::string&)>& edit) {
  lmdb::Environment environment(fixture.path);
  environment.write([&](lmdb::Transaction& transaction) {
    const lmdb::Database bookmarks = *transaction.find("bookmarks");
    const std::string key = *lmdb::key_of_bookmark("db", bookmark.id);
    std::string stored(*transaction.get(bookmarks, key));
    edit(stored);
    transaction.put(bookmarks, key, stored);
  });
}

std::vector<std::string> problems(BookmarkStore& store, bool deep) {
  std::vector<std::string> found;
  store.check(deep, {}, [&](const DamagedBookmark& damaged) { found.push_back(damaged.what); });
  return found;
}

}  // namespace

TEST_CASE("a damaged bookmark is an error, and the others work") {
  const std::vector<std::function<void(std::string&)>> edits = {
      [](std::string& stored) { stored = ""; },
      [](std::string& stored) { stored = "1"; },
      [](std::string& stored) { stored[0] = 'x'; },
      [](std::string& stored) { stored.resize(stored.size() / 2); },
      [](std::string& stored) { stored = "1{}"; },
      [](std::string& stored) { stored = "1[]"; },
      [](std::string& stored) { stored.replace(stored.find("\"pages\":600"), 11, "\"pages\":9999"); },
      [](std::string& stored) { stored.replace(stored.find("\"page_size\":512"), 15, "\"page_size\":100"); },
      [](std::string& stored) { stored.replace(stored.find("\"lists\":\""), 10, "\"lists\":\"!!!!"); },
      [](std::string& stored) { stored.replace(stored.find("00000002"), 8, "00000007"); },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    CAPTURE(i);
    BookmarkedDatabase fixture;
    MadePages pages = made(0, 500);
    const Bookmark first = fixture.take(pages);
    MadePages other = made(100, 600);
    const Bookmark second = fixture.take(other, bookmark_time + 1);
    CHECK(problems(fixture.store, true).empty());
    damage(fixture, second, edits[i]);
    CHECK(kind_of_failure([&] { fixture.store.find("db", second.id); }) == ErrorKind::corrupt);
    CHECK(kind_of_failure([&] { fixture.store.open(second, "db"); }) == ErrorKind::corrupt);
    const BookmarkList list = fixture.store.list("db");
    CHECK(list.bookmarks.size() == 1);
    REQUIRE(list.damaged.size() == 1);
    CHECK(list.damaged[0].taken_at == bookmark_time + 1);
    CHECK(problems(fixture.store, false).size() == 1);
    CHECK(problems(fixture.store, false)[0].find(second.id.substr(0, 26)) != std::string::npos);
    // It stays until it is removed, and others are taken, found and opened beside it.
    CHECK(fixture.store.newest("db")->id == first.id);
    CHECK(fixture.holds(first, pages));
    CHECK(fixture.store.prune(bookmark_time + 2, bookmark_unfinished_for, false) == 0);
    MadePages third = made(3000, 10);
    const Bookmark taken = fixture.take(third, bookmark_time + 2);
    CHECK(problems(fixture.store, false).size() == 1);
    CHECK(fixture.store.remove_damaged() == 1);
    CHECK(problems(fixture.store, true).empty());
    CHECK(fixture.holds(first, pages));
    CHECK(fixture.holds(taken, third));
    CHECK(fixture.stored("pages") == 510);
    CHECK(fixture.stored("lists") == 3);
    CHECK(fixture.stored("pages-uses") == 0);
  }
}

TEST_CASE("a bookmark with a page that is gone or damaged is told") {
  for (const bool gone : {true, false}) {
    CAPTURE(gone);
    BookmarkedDatabase fixture;
    MadePages pages = made(0, 300);
    fixture.take(pages);
    const Bookmark other = [&] {
      MadePages made_pages = made(1000, 3);
      return fixture.take(made_pages, bookmark_time, "other");
    }();
    {
      lmdb::Environment environment(fixture.path);
      environment.write([&](lmdb::Transaction& transaction) {
        const std::string key = lmdb::PagePool::hash_of(page_of(280));
        const lmdb::Database stored = *transaction.find("pages");
        if (gone) {
          transaction.erase(stored, key);
        } else {
          transaction.put(stored, key, std::string(496, '!'));
        }
      });
    }
    CHECK(problems(fixture.store, false).size() == (gone ? 1 : 0));
    CHECK(problems(fixture.store, true).size() == 1);
    CHECK(fixture.store.remove_damaged() == 1);
    CHECK(fixture.store.remove_damaged() == 0);
    CHECK(fixture.stored("pages") == 3);
    CHECK(fixture.store.find("other", other.id));
  }
}
