// A disk that fails at any one write or flush of any change: whatever the next process finds is the old state
// or the new one, whole, and the error says which it can be.
#include "backends/unknown_outcome.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/sql_text/statement_reader.hpp"
#include "backends/sqlite/file_database.hpp"
#include "backends/wrangler/do_backend.hpp"
#include "backends/wrangler/kv_backend.hpp"
#include "backends/wrangler/r2_backend.hpp"
#include "backends/wrangler/state_care.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "tests/backends/failing_disk.hpp"
#include "tests/backends/stored_content.hpp"
#include "tests/fake_clock.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using corral::testing::Content;
using corral::testing::content_of;
using corral::testing::FailingDisk;
using corral::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

constexpr UnixMillis outcome_time = 1'800'000'000'000;
const corral::testing::FakeClock fake_clock;

std::unique_ptr<KvStore> kv(const fs::path& root) {
  return wrangler::WranglerKvBackend(root, fake_clock).open("n");
}

void put_text(KvStore& store, const std::string& key, const std::string& value) {
  MemorySource source(value);
  store.put({.key = key, .expiration = {}, .metadata = {}}, source, KvStore::Condition::always, outcome_time);
}

std::unique_ptr<ObjectStore> bucket(const fs::path& root) {
  return wrangler::WranglerObjectBackend(root, fake_clock).open("bucket");
}

ObjectWrite object(const std::string& key) {
  ObjectWrite write;
  write.key = key;
  return write;
}

void put_text(ObjectStore& store, const std::string& key, const std::string& body) {
  MemorySource source(body);
  store.put(object(key), source, outcome_time);
}

std::unique_ptr<DurableObject> durable(wrangler::WranglerDurableObjects& objects, const std::string& name) {
  const DurableClass counter{"s", "Counter"};
  return objects.open(counter, objects.id_of(counter, name), name);
}

class NoResults final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement& /*statement*/,
             const std::vector<std::string>& /*columns*/) override {}
  void row(SqlRow /*row*/) override {}
  void end(const SqlStatementStats& /*stats*/) override {}
};

fs::path database_file(const fs::path& root) {
  return wrangler::d1_database_file(root, "d");
}

void execute(const fs::path& root, const std::string& text) {
  sqlite::FileDatabase database(database_file(root), {.create = true});
  MemorySource source(text);
  sql::StatementReader statements(source, "test", 10'000);
  NoResults results;
  database.run({.statements = statements}, results);
}

/// The state before each change.
void fill_folder(const fs::path& root) {
  const FailingDisk never(FailingDisk::Fault::flush_error, 0);
  put_text(*kv(root), "a", "old a");
  put_text(*kv(root), "b", "old b");
  put_text(*bucket(root), "a", "old a");
  put_text(*bucket(root), "b", "old b");
  wrangler::WranglerDurableObjects objects(root);
  durable(objects, "one")->put(std::vector<StorageItem>{{"k", "old"}});
  durable(objects, "one")->set_alarm(5);
  execute(root, "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'old'), (2, 'old')");
}

struct Change {
  std::string name;
  std::function<void(const fs::path& root)> run;
  bool is_one_file = true;  ///< else an unknown outcome can be that only one of them has changed
};

const std::vector<Change>& changes() {
  static const std::vector<Change> all = {
      {"kv put", [](const fs::path& root) { put_text(*kv(root), "a", "new a"); }},
      {"kv first put",
       [](const fs::path& root) {
         MemorySource source("new");
         wrangler::WranglerKvBackend(root, fake_clock)
             .open("other")
             ->put({.key = "k", .expiration = {}, .metadata = {}}, source, KvStore::Condition::if_absent,
                   outcome_time);
       }},
      {"kv batch",
       [](const fs::path& root) {
         const auto store = kv(root);
         const auto batch = store->begin_batch();
         for (int i = 0; i < 60; ++i)
           batch->put({.key = std::to_string(i), .expiration = {}, .metadata = {}}, "new");
         batch->put({.key = "a", .expiration = {}, .metadata = {}}, "new a");
         batch->commit();
       }},
      {"kv rename", [](const fs::path& root) { kv(root)->rename("a", "b", outcome_time); }},
      {"kv erase",
       [](const fs::path& root) {
         kv(root)->erase(std::vector<std::string>{"a", "b"});
       }},
      {"kv drop", [](const fs::path& root) { wrangler::WranglerKvBackend(root, fake_clock).drop("n"); }},
      {"r2 put", [](const fs::path& root) { put_text(*bucket(root), "a", "new a"); }},
      {"r2 put in parts",
       [](const fs::path& root) {
         ObjectWrite write = object("a");
         write.part_size = r2_min_part_bytes;
         const std::string body(r2_min_part_bytes + 10, 'n');
         MemorySource source(body);
         bucket(root)->put(write, source, outcome_time);
       }},
      {"r2 batch",
       [](const fs::path& root) {
         const auto store = bucket(root);
         const auto batch = store->begin_batch();
         for (const char* const key : {"a", "c", "d"}) {
           MemorySource source("new");
           batch->put(object(key), source, outcome_time);
         }
         batch->commit();
       }},
      {"r2 copy",
       [](const fs::path& root) {
         const auto store = bucket(root);
         store->copy_from(*store, "a", object("b"), false, outcome_time);
       }},
      {"r2 rename", [](const fs::path& root) { bucket(root)->rename("a", "b", outcome_time); }},
      {"r2 erase", [](const fs::path& root) { bucket(root)->erase(std::vector<std::string>{"a"}); }},
      {"r2 drop",
       [](const fs::path& root) { wrangler::WranglerObjectBackend(root, fake_clock).drop("bucket"); }},
      {"do put",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "one")->put(std::vector<StorageItem>{{"k", "new"}, {"l", "new"}});
       }},
      {"do first put",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "two")->put(std::vector<StorageItem>{{"k", "new"}});
       }},
      {"do erase",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "one")->erase(std::vector<std::string>{"k"});
       }},
      {"do copy to a new object",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "two")->copy_from(*durable(objects, "one"));
       }},
      {"do set alarm",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "one")->set_alarm(6);
       },
       false},
      {"do delete alarm",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "one")->delete_alarm();
       },
       false},
      {"do drop",
       [](const fs::path& root) {
         wrangler::WranglerDurableObjects objects(root);
         durable(objects, "one")->drop();
       },
       false},
      {"sql batch",
       [](const fs::path& root) {
         execute(root, "UPDATE t SET v = 'new'; INSERT INTO t VALUES(3, 'new'); CREATE TABLE u(a)");
       }},
      {"sql batch larger than the cache",
       [](const fs::path& root) {
         execute(root,
                 "UPDATE t SET v = zeroblob(700000) WHERE id = 1; WITH RECURSIVE c(x) AS (SELECT 3 UNION ALL "
                 "SELECT x + 1 FROM c WHERE x < 30) INSERT INTO t SELECT x, zeroblob(700000) FROM c");
       }},
      {"replacing all pages",
       [](const fs::path& root) {
         const fs::path copy = root / "copy.sqlite3";
         {
           const auto other = sqlite::Connection::open_or_create(copy);
           other.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(7, 'new')");
         }
         sqlite::FileDatabase(database_file(root), {.create = true, .unrestricted = true}).replace_from(copy);
       }},
      {"emptying a database",
       [](const fs::path& root) {
         sqlite::FileDatabase(database_file(root), {.create = false, .unrestricted = true}).drop();
       }},
  };
  return all;
}

enum class Told { done, not_done, unknown };

Told run(const Change& change, const fs::path& root) {
  try {
    change.run(root);
    return Told::done;
  } catch (const UnknownOutcome& error) {
    CHECK(error.message().find("may or may not have been stored") != std::string::npos);
    CHECK(error.reason() != "not an error");
    CHECK_FALSE(error.hint().empty());
    return Told::unknown;
  } catch (const Error& error) {
    CHECK(error.message().find("may or may not") == std::string::npos);
    return Told::not_done;
  }
}

}  // namespace

TEST_CASE(
    "a disk that fails once, at any write or flush of any change, costs neither the old value nor the new") {
  using Fault = FailingDisk::Fault;
  std::uint64_t unknown = 0;
  for (const Change& change : changes()) {
    CAPTURE(change.name);
    Content before;
    Content after;
    {
      const TemporaryFolder folder;
      fill_folder(folder.path());
      before = content_of(folder.path());
      change.run(folder.path());
      after = content_of(folder.path());
      REQUIRE(before != after);
    }
    for (const Fault fault : {Fault::flush_error, Fault::write_error, Fault::disk_full}) {
      CAPTURE(static_cast<int>(fault));
      // Far more than the smallest of them has; the largest has thousands of writes that are all alike.
      for (std::uint64_t call = 1; call < 40; ++call) {
        CAPTURE(call);
        const TemporaryFolder folder;
        fill_folder(folder.path());
        Told told = Told::done;
        {
          const FailingDisk disk(fault, call);
          told = run(change, folder.path());
          if (!FailingDisk::has_failed()) break;
        }
        const Content found = content_of(folder.path());
        if (told == Told::done) CHECK(found == after);
        if (told == Told::not_done) CHECK(found == before);
        if (told == Told::unknown) {
          ++unknown;
          CHECK((found == before || found == after || !change.is_one_file));
        }
      }
    }
  }
  CHECK(unknown >= changes().size());
}

TEST_CASE("gc keeps the values of a failed commit that the log may still bring back") {
  const TemporaryFolder folder;
  put_text(*kv(folder.path()), "a", "old a");
  {
    // As long as this process has the file open, others do not read the log anew.
    const auto other = sqlite::Connection::open_existing(wrangler::kv_database_file(folder.path(), "n"));
    REQUIRE(other);
    other->prepare("SELECT 1 FROM _mf_entries").step();
    {
      const FailingDisk disk(FailingDisk::Fault::flush_error, 1);
      CHECK_THROWS_AS(put_text(*kv(folder.path()), "a", "new a"), UnknownOutcome);
    }
    wrangler::WranglerStateCare care(folder.path());
    const Garbage found = care.clean({.now = outcome_time * 2, .age = 0, .dry_run = false, .pulse = {}});
    CHECK(found.orphans == 1);
  }
  CHECK(content_of(folder.path()) == Content{{"kv _mf_entries a", "old a"}});
}
