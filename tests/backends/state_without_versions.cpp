#include "tests/backends/state_without_versions.hpp"

#include <array>
#include <fstream>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/insight_journal.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/lmdb/bookmark_store.hpp"
#include "backends/lmdb/kv_store.hpp"
#include "backends/lmdb/migration_records.hpp"
#include "backends/lmdb/queue_backend.hpp"
#include "backends/lmdb/registry.hpp"
#include "backends/snapshots/tar.hpp"
#include "backends/snapshots/zstd_stream.hpp"

namespace corral::testing {

namespace fs = std::filesystem;

namespace {

void unpack(const fs::path& archive, const fs::path& folder) {
  FileSource file(nofollow::open_for_reading(archive), archive.native());
  snapshots::ZstdSource decompressed(file);
  snapshots::TarSource tar(decompressed);
  while (const auto entry = tar.next()) {
    const fs::path target = folder / entry->name;
    fs::create_directories(target.parent_path());
    std::ofstream out(target, std::ios::binary);
    std::array<char, 4096> buffer{};
    while (const std::size_t count = tar.read(buffer))
      out.write(buffer.data(), static_cast<std::streamsize>(count));
  }
}

void check_registry(const CorralLayout& layout) {
  lmdb::Environment environment(layout.main_environment());
  lmdb::LmdbRegistry registry(environment);
  const auto notes = registry.find_name(ResourceKind::kv_namespace, "notes");
  REQUIRE(notes);
  CHECK(notes->id == StateWithoutVersions::namespace_id);
  CHECK(notes->created_at / 100'000 == StateWithoutVersions::now / 100'000 - 1);
  CHECK(registry.find_name(ResourceKind::d1_database, "shop"));
  CHECK(registry.find_id(ResourceKind::r2_bucket, "photos"));
  const auto mails = registry.find_name(ResourceKind::queue, "mails");
  REQUIRE(mails);
  CHECK(mails->settings.find(R"("dead_letter_queue":"lost")") != std::string::npos);
  CHECK(mails->settings.find(R"("retention":1209600)") != std::string::npos);
  CHECK(registry.list(ResourceKind::queue).size() == 2);
}

void check_kv(const CorralLayout& layout) {
  lmdb::Environment environment(layout.main_environment());
  lmdb::LmdbKvBackend backend(environment);
  CHECK(backend.stored_namespaces() == std::vector<std::string>{StateWithoutVersions::namespace_id});
  const auto store = backend.open(StateWithoutVersions::namespace_id);
  const auto value = [&](const std::string& key) {
    auto found = store->get(key, StateWithoutVersions::now);
    REQUIRE(found);
    return read_all(*found->body, 1'000, "a value");
  };
  const std::string long_key(511, 'k');
  CHECK(value("plain") == "value");
  CHECK(value("described") == "with metadata");
  CHECK(value("passing") == "with an expiry");
  CHECK(value(long_key) == "of 511 bytes");
  CHECK(value(long_key + "z") == "of 512 bytes");
  const KvPage page = store->list({}, StateWithoutVersions::now);
  REQUIRE(page.items.size() == 5);
  CHECK(page.items[0].key == "described");
  CHECK(page.items[0].metadata == R"({"a":1})");
  CHECK(page.items[2].metadata == "[2]");
  CHECK(page.items[3].expiration == 1'900'000'000'000);
}

void check_queues(const CorralLayout& layout) {
  lmdb::Environment environment(layout.queues());
  lmdb::LmdbQueueBackend queues(environment);
  CHECK(queues.stored_queues() == std::vector<std::string>{"lost", "mails", "slow"});
  const auto all = [&](const char* queue) {
    return queues.open(queue)->list("", 100, StateWithoutVersions::now);
  };

  const auto lost = all("lost");
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].id == "99ed2fc72f96be0c22bebbad05cc272b");
  CHECK(lost[0].body == "dead");
  CHECK(lost[0].source == "mails");
  CHECK(lost[0].attempts == 0);
  CHECK(lost[0].timestamp == 1'795'874'078'772);

  const auto mails = all("mails");
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].body == R"({"last":"lease"})");
  CHECK(mails[0].content_type == QueueContentType::json);
  CHECK(mails[0].state == MessageState::in_flight);
  CHECK(mails[0].attempts == 1);
  CHECK(queues.open("mails")->stats(StateWithoutVersions::now).dead_lettered == 1);

  const auto slow = all("slow");
  REQUIRE(slow.size() == 6);
  CHECK(slow[0].body == "leased");
  CHECK(slow[0].visible_at == 1'795'917'279'045);
  CHECK(slow[0].state == MessageState::in_flight);
  CHECK(slow[1].body == "delayed");
  CHECK(slow[1].state == MessageState::delayed);
  CHECK(slow[1].content_type == QueueContentType::bytes);
  CHECK(slow[2].body == std::string(1'500, 'b'));
  CHECK(slow[3].body == "a");
  CHECK(slow[5].body == "c");
  CHECK(slow[5].expires_at == 1'796'219'679'146);
}

void check_migrations(const CorralLayout& layout) {
  lmdb::Environment environment(layout.main_environment());
  const auto records = lmdb::LmdbMigrationRecords(environment).of(StateWithoutVersions::database_id);
  REQUIRE(records.size() == 3);
  CHECK(records.at("0001_t.sql").sha256 == hex(sha256("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);\n")));
  CHECK(records.at("0002_rows.sql").sha256 == hex(sha256("INSERT INTO t VALUES (1,'one'),(2,'two');\n")));
  CHECK(records.at("0002_rows.sql").bookmark.empty());
  CHECK(records.at("0003_more.sql").bookmark ==
        "00000002-000001a2-226fc273-bae2c8949bf4b69fd649e1b8d6dab0c1");
  CHECK_FALSE(records.at("0003_more.sql").stamp.empty());
}

void check_bookmarks(const CorralLayout& layout) {
  lmdb::LmdbBookmarkStore store(layout.time_travel());
  const BookmarkList list = store.list(StateWithoutVersions::database_id);
  CHECK(list.damaged.empty());
  REQUIRE(list.bookmarks.size() == 2);
  CHECK(list.bookmarks[0].id == "00000001-000001a2-226fc240-91aa61f071f786e2f24350fd6df16c34");
  CHECK(list.bookmarks[1].id == "00000002-000001a2-226fc273-bae2c8949bf4b69fd649e1b8d6dab0c1");
  CHECK(list.bookmarks[1].new_bytes == 4'096);
  for (const Bookmark& bookmark : list.bookmarks) {
    const auto pages = store.open(bookmark, StateWithoutVersions::database_id);
    REQUIRE(pages->page_count() == 5);
    CHECK(pages->page(1).starts_with("SQLite format 3"));
    // Checks each page by its hash.
    for (std::uint32_t number = 1; number <= 5; ++number) CHECK(pages->page(number).size() == 4'096);
  }
  int damaged = 0;
  store.check(true, {}, [&](const DamagedBookmark&) { ++damaged; });
  CHECK(damaged == 0);
}

void check_insights(const CorralLayout& layout) {
  InsightJournal journal(layout.insights());
  const auto queries = journal.since(StateWithoutVersions::database_id, 0);
  CHECK(queries.size() == 3);
  for (const QueryInsight& query : queries) CHECK(query.runs == 1);
}

}  // namespace

StateWithoutVersions::StateWithoutVersions() {
  unpack(fs::path(CORRAL_SOURCE) / "tests/backends/fixtures/state-without-versions.tar.zst", folder_.path());
}

void StateWithoutVersions::check_content() const {
  check_registry(layout());
  check_kv(layout());
  check_queues(layout());
  check_migrations(layout());
  check_bookmarks(layout());
  check_insights(layout());
}

}  // namespace corral::testing
