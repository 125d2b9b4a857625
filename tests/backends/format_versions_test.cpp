// Formats carry versions: a state of before there were any reads and is upgraded, a newer one is refused.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "backends/files/insight_journal.hpp"
#include "backends/lmdb/bookmark_store.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/kv_store.hpp"
#include "backends/lmdb/queue_backend.hpp"
#include "backends/lmdb/registry.hpp"
#include "tests/backends/raw_lmdb.hpp"
#include "tests/backends/state_without_versions.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::lmdb;
using corral::testing::failure_of;
using corral::testing::kind_of_failure;
using corral::testing::raw_databases;
using corral::testing::raw_put;
using corral::testing::raw_version;
using corral::testing::RawDatabases;
using corral::testing::StateWithoutVersions;
using corral::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

constexpr const char* newer = "was written by a newer corral (format 2; this one reads 1)";

std::string stored_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> environments(const CorralLayout& layout) {
  return {layout.main_environment(), layout.queues(), layout.time_travel()};
}

void write_nothing(const fs::path& folder) {
  Environment(folder).write([](lmdb::Transaction&) {});
}

/// What an environment without versions must become after the upgrade.
RawDatabases with_versions(RawDatabases databases) {
  for (auto& [name, records] : databases) {
    if (name == "bodies" || name == "pages" || name == "lists") continue;
    for (auto& [key, value] : records) {
      if (!value.empty()) value.insert(0, 1, '\x01');
    }
  }
  return databases;
}

void check_refused(const std::function<void()>& body) {
  const Error error = failure_of(body);
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK_MESSAGE(error.message().find(newer) != std::string::npos, error.message());
  CHECK(error.hint() == "update corral");
}

}  // namespace

TEST_CASE("a state without versions reads as it did, and reading does not change it") {
  const StateWithoutVersions state;
  std::vector<std::string> before;
  for (const fs::path& folder : environments(state.layout())) {
    CHECK_FALSE(raw_version(folder));
    before.push_back(stored_bytes(CorralLayout::data_of(folder)));
  }
  state.check_content();
  std::vector<std::string> after;
  for (const fs::path& folder : environments(state.layout()))
    after.push_back(stored_bytes(CorralLayout::data_of(folder)));
  CHECK(after == before);
}

TEST_CASE("the first write upgrades an environment, and all in it reads as before") {
  const StateWithoutVersions state;
  for (const fs::path& folder : environments(state.layout())) {
    const RawDatabases before = raw_databases(folder);
    write_nothing(folder);
    CHECK(raw_version(folder) == "\x01");
    CHECK(raw_databases(folder) == with_versions(before));
    state.check_content();
    write_nothing(folder);
    CHECK(raw_databases(folder) == with_versions(before));
  }
}

TEST_CASE("writes through the interfaces upgrade, and go on where the old format ended") {
  const StateWithoutVersions state;
  const CorralLayout layout = state.layout();
  Environment main(layout.main_environment());
  MemorySource value("new");
  LmdbKvBackend(main)
      .open(StateWithoutVersions::namespace_id)
      ->put({.key = std::string(511, 'k') + "z", .expiration = {}, .metadata = {}}, value,
            KvStore::Condition::always, state.now);
  const auto kept = LmdbKvBackend(main).open(StateWithoutVersions::namespace_id);
  auto other = kept->get(std::string(511, 'k'), state.now);
  REQUIRE(other);
  CHECK(read_all(*other->body, 100, "a value") == "of 511 bytes");
  auto replaced = kept->get(std::string(511, 'k') + "z", state.now);
  REQUIRE(replaced);
  CHECK(read_all(*replaced->body, 100, "a value") == "new");

  Environment environment(layout.queues());
  LmdbQueueBackend queues(environment);
  // The leases of before end after the upgrade: one comes back, one dies.
  const UnixMillis later = state.now + queue_max_visibility;
  const auto pulled = queues.open("slow")->pull({.limit = 100}, later);
  REQUIRE(pulled.messages.size() == 5);
  CHECK(pulled.backlog == 6);
  CHECK(queues.open("mails")->list("", 10, later).empty());
  CHECK(queues.open("lost")->list("", 10, later).size() == 2);
  CHECK(queues.open("slow")->purge(later) == 6);
  CHECK(raw_databases(layout.queues()).at("bodies").empty());

  LmdbBookmarkStore bookmarks(layout.time_travel());
  CHECK(bookmarks.prune(state.now + 40 * queue_max_delay, 0, false) == 2);
  const RawDatabases pruned = raw_databases(layout.time_travel());
  for (const char* const name : {"bookmarks", "pages", "lists", "pages-uses", "lists-uses"})
    CHECK(pruned.at(name).empty());
}

TEST_CASE("an upgrade that does not end has not begun") {
  const StateWithoutVersions state;
  for (const fs::path& folder : environments(state.layout())) {
    const RawDatabases before = raw_databases(folder);
    CHECK_THROWS_AS(
        Environment(folder).write([](lmdb::Transaction&) { throw Error(ErrorKind::interrupted, "stopped"); }),
        Error);
    CHECK(raw_databases(folder) == before);

    const pid_t child = ::fork();
    if (child == 0) {
      Environment(folder).write([](lmdb::Transaction&) { ::raise(SIGKILL); });
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK_FALSE(raw_version(folder));
    CHECK(raw_databases(folder) == before);
  }
  state.check_content();
}

TEST_CASE("an upgrade enlarges the map as it needs") {
  const TemporaryFolder folder;
  const std::string page(4'000, 'v');
  constexpr int count = 2'500;
  for (int i = 0; i < count; ++i) raw_put(folder.path(), "kv/ns", std::to_string(i), page);
  Environment environment(folder.path());
  environment.write([](lmdb::Transaction&) {});
  CHECK(environment.map_bytes() == std::uint64_t{32} << 20U);
  int sound = 0;
  environment.read([&](lmdb::Transaction& transaction) {
    Cursor all = transaction.cursor(transaction.find("kv/ns").value());
    for (auto record = all.first(); record; record = all.next()) sound += record->second == page ? 1 : 0;
  });
  CHECK(sound == count);
}

TEST_CASE("an environment of more databases than a transaction can open stays as it is, and works") {
  const TemporaryFolder folder;
  for (int i = 0; i < 240; ++i) raw_put(folder.path(), ("kv/" + std::to_string(i)).c_str(), "k", "v");
  Environment environment(folder.path());
  std::string found;
  environment.write(
      [](lmdb::Transaction& transaction) { transaction.put(transaction.make("kv/7"), "k", "w"); });
  environment.read([&](lmdb::Transaction& transaction) {
    for (const char* const name : {"kv/7", "kv/8"})
      found += transaction.get(transaction.find(name).value(), "k").value();
  });
  CHECK(found == "wv");
  environment.close();
  CHECK_FALSE(raw_version(folder.path()));
  CHECK(raw_databases(folder.path()).at("kv/7").at("k") == "w");
}

TEST_CASE("a new environment carries the version, and each of its records") {
  const TemporaryFolder folder;
  Environment environment(folder.path());
  environment.write([](lmdb::Transaction& transaction) {
    transaction.put(transaction.make("records"), "key", "value");
    transaction.put(transaction.make("records"), "index", "");
    transaction.put(transaction.make("pages"), "hash", "page");
  });
  environment.read([](lmdb::Transaction& transaction) {
    CHECK(transaction.get(transaction.find("records").value(), "key") == "value");
    CHECK(transaction.get(transaction.find("records").value(), "index") == "");
    CHECK(transaction.names() == std::vector<std::string>{"pages", "records"});
  });
  environment.close();
  CHECK(raw_version(folder.path()) == "\x01");
  const RawDatabases expected = {{"records", {{"key", "\x01value"}, {"index", ""}}},
                                 {"pages", {{"hash", "page"}}}};
  CHECK(raw_databases(folder.path()) == expected);
}

TEST_CASE("an environment of a newer corral is refused, by readers and writers") {
  const StateWithoutVersions state;
  const CorralLayout layout = state.layout();
  for (const fs::path& folder : environments(layout)) {
    write_nothing(folder);
    raw_put(folder, nullptr, "format", "\x02");
    const RawDatabases before = raw_databases(folder);
    check_refused([&] { write_nothing(folder); });
    CHECK(raw_databases(folder) == before);
  }
  Environment main(layout.main_environment());
  Environment queues(layout.queues());
  check_refused([&] { LmdbRegistry(main).list(ResourceKind::queue); });
  check_refused([&] { LmdbKvBackend(main).open("x")->get("k", 0); });
  check_refused([&] { LmdbQueueBackend(queues).stored_queues(); });
  check_refused([&] { LmdbQueueBackend(queues).open("slow")->pull({}, 0); });
  check_refused([&] { LmdbBookmarkStore(layout.time_travel()).list_all(); });
  check_refused([&] { LmdbBookmarkStore(layout.time_travel()).remove_damaged(); });
}

TEST_CASE("a record of a newer corral is refused, and one of no version is damaged") {
  const TemporaryFolder folder;
  Environment environment(folder.path());
  write_nothing(folder.path());
  raw_put(folder.path(), "registry", "queue/1", "\x02{}");
  LmdbRegistry registry(environment);
  check_refused([&] { registry.list(ResourceKind::queue); });
  check_refused([&] { registry.find_id(ResourceKind::queue, "1"); });
  environment.close();
  raw_put(folder.path(), "registry", "queue/1", std::string("\0{}", 3));
  CHECK(kind_of_failure([&] { registry.list(ResourceKind::queue); }) == ErrorKind::corrupt);
  environment.close();
  raw_put(folder.path(), nullptr, "format", "1x");
  CHECK(kind_of_failure([&] { registry.list(ResourceKind::queue); }) == ErrorKind::corrupt);
}

TEST_CASE("insights without a version get one with the next record, and newer ones stay as they are") {
  const StateWithoutVersions state;
  const fs::path file = state.layout().insights();
  InsightJournal journal(file);
  journal.record("another", state.now, std::vector{QueryInsight{.query = "SELECT ?", .runs = 1}});
  CHECK(stored_bytes(file).starts_with("corral insights 1\nsummed up to "));
  CHECK(journal.since("another", 0).size() == 1);
  state.check_content();

  fs::remove(file);
  journal.record("another", state.now, std::vector{QueryInsight{.query = "SELECT ?", .runs = 1}});
  CHECK(stored_bytes(file).starts_with("corral insights 1\n"));
  CHECK(stored_bytes(file).find("summed up") == std::string::npos);

  const std::string future = "corral insights 2\nwhat this is, a later version knows\n";
  std::ofstream(file) << future;
  check_refused([&] { journal.since("another", 0); });
  journal.record("another", state.now, std::vector{QueryInsight{.query = "SELECT ?", .runs = 1}});
  journal.forget("another");
  CHECK(stored_bytes(file) == future);
}
