// Durable Objects on wrangler's state folder.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/do_backend.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using corral::testing::kind_of_failure;
using corral::testing::TemporaryFolder;

namespace {

const DurableClass counter_class{"dodemo", "Counter"};

struct CounterObjects {
  TemporaryFolder folder;
  wrangler::WranglerDurableObjects files{folder.path()};
  DurableObjectBackend& backend = files;

  std::unique_ptr<DurableObject> named(const std::string& name) {
    return backend.open(counter_class, backend.id_of(counter_class, name), name);
  }
  [[nodiscard]] std::filesystem::path class_folder() const { return folder.path() / "v3/do/dodemo-Counter"; }
};

std::vector<std::string> keys(DurableObject& object, const StorageRange& range) {
  std::vector<std::string> found;
  object.list(range, [&](const StorageItem& item) {
    found.push_back(item.key);
    return true;
  });
  return found;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(CounterObjects, "objects have workerd's ids, and are made when something is put") {
  CHECK(backend.id_of(counter_class, "alpha") ==
        "850e3a8cd3cd77da1d0560ce32f6b110eafa8f74d92dd718256592d70cf74341");
  CHECK(backend.stored_classes().empty());
  const auto object = named("alpha");
  CHECK_FALSE(object->is_stored());
  CHECK_FALSE(object->get("k"));
  CHECK(object->erase(std::vector<std::string>{"k"}) == 0);
  CHECK_FALSE(object->delete_alarm());
  object->drop();
  CHECK_FALSE(std::filesystem::exists(class_folder()));
  object->put(std::vector<StorageItem>{{"k", "v"}});
  CHECK(object->is_stored());
  CHECK(object->get("k") == "v");
  CHECK(backend.stored_classes() == std::vector<DurableClass>{counter_class});
  CHECK(backend.ids(counter_class, "850e") == Keys{object->id()});
  CHECK(backend.ids(counter_class, "851").empty());
  CHECK(backend.size_of(counter_class).objects == 1);
  const DurableObjectInfo info = named("alpha")->info();
  CHECK(info.name == "alpha");
  CHECK(info.keys == 1);
  CHECK(info.tables == 0);
  CHECK_FALSE(info.alarm);
}

TEST_CASE_FIXTURE(CounterObjects, "ranges of keys are those of storage.list") {
  const auto object = named("alpha");
  object->put(
      std::vector<StorageItem>{{"a", "1"}, {"b:1", "2"}, {"b:2", "3"}, {"b\xC3\xA9", "4"}, {"", "5"}});
  CHECK(keys(*object, {}) == Keys{"", "a", "b:1", "b:2", "b\xC3\xA9"});
  CHECK(keys(*object, {.prefix = "b:"}) == Keys{"b:1", "b:2"});
  CHECK(keys(*object, {.start = "b", .end = "b:2"}) == Keys{"b:1"});
  CHECK(keys(*object, {.reverse = true, .limit = 2}) == Keys{"b\xC3\xA9", "b:2"});
  CHECK(keys(*object, {.prefix = "b", .after = "b:2", .reverse = true}) == Keys{"b:1"});
  CHECK(keys(*object, {.after = "b:1"}) == Keys{"b:2", "b\xC3\xA9"});
  CHECK(keys(*object, {.prefix = "\xFF"}).empty());
  CHECK(object->erase(std::vector<std::string>{"a", "nope", ""}) == 2);
  CHECK(object->erase(StorageRange{.prefix = "b:"}) == 2);
  CHECK(keys(*object, {}) == Keys{"b\xC3\xA9"});
  CHECK(kind_of_failure([&] {
          object->put(std::vector<StorageItem>{{"x", "1"}, {"\xFF", "2"}});
        }) == ErrorKind::invalid_input);
  CHECK_FALSE(object->get("x"));
}

TEST_CASE_FIXTURE(CounterObjects, "an alarm is in the object and in the list of its class, and leaves both") {
  const auto object = named("alpha");
  constexpr UnixNanos time = 1'900'000'000'000'000'000;
  object->set_alarm(time);
  CHECK(object->alarm() == time);
  CHECK(object->info().alarm == time);
  const auto rows = [&] {
    const auto list = sqlite::Connection::open_existing(class_folder() / "metadata.sqlite");
    auto select = list->prepare("SELECT * FROM _cf_ALARM");
    std::vector<std::string> found;
    while (select.step()) {
      found.emplace_back(select.text(0));
      for (int i = 1; i < select.columns(); ++i) found.back() += "|" + std::string(select.text(i));
    }
    return found;
  };
  CHECK(rows() == Keys{object->id() + "|1900000000000000000"});
  // As wrangler 4.164 does at its start.
  sqlite::Connection::open_existing(class_folder() / "metadata.sqlite")
      ->execute("ALTER TABLE _cf_ALARM ADD COLUMN actor_name TEXT");
  object->set_alarm(time + 1);
  CHECK(rows() == Keys{object->id() + "|1900000000000000001|alpha"});
  object->set_alarm(time);
  CHECK(backend.ids(counter_class, "") == Keys{object->id()});
  CHECK(object->delete_alarm());
  CHECK_FALSE(object->alarm());
  CHECK(rows().empty());
  object->set_alarm(time);
  object->drop();
  CHECK(rows().empty());
}

TEST_CASE_FIXTURE(CounterObjects, "a copy has all but the name and the alarm") {
  const auto object = named("alpha");
  object->put(std::vector<StorageItem>{{"k", "v"}});
  object->set_alarm(1);
  sqlite::Connection::open_existing(object->file())->execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  const auto copy = named("beta");
  copy->put(std::vector<StorageItem>{{"old", "v"}});
  copy->set_alarm(2);
  copy->copy_from(*object);
  const DurableObjectInfo info = copy->info();
  CHECK(info.name == "beta");
  CHECK(info.keys == 1);
  CHECK(info.tables == 1);
  CHECK_FALSE(info.alarm);
  CHECK(copy->get("k") == "v");
  CHECK(object->alarm() == 1);
  CHECK(backend.ids(counter_class, "").size() == 2);
  for (const auto& entry : std::filesystem::directory_iterator(class_folder()))
    CHECK(entry.path().native().find("unfinished") == std::string::npos);
}

TEST_CASE_FIXTURE(CounterObjects, "delete removes the file, or empties it while another has it open") {
  const auto object = named("alpha");
  object->put(std::vector<StorageItem>{{"k", "v"}});
  {
    const auto other = sqlite::Connection::open_existing(object->file());
    other->execute(
        "CREATE TABLE p(a PRIMARY KEY); CREATE TABLE c(a REFERENCES p); CREATE VIRTUAL TABLE f USING fts5(x);"
        "CREATE VIEW w AS SELECT * FROM p; INSERT INTO p VALUES(1); INSERT INTO c VALUES(1)");
    CHECK(named("alpha")->info().tables == 3);
    named("alpha")->drop();
    REQUIRE(object->is_stored());
    auto count = other->prepare("SELECT (SELECT count(*) FROM _cf_KV), (SELECT count(*) FROM sqlite_schema)");
    REQUIRE(count.step());
    CHECK(count.integer(0) == 0);
    CHECK(count.integer(1) == 2);  // the keys and the name, which a loaded object still uses
  }
}

TEST_CASE_FIXTURE(CounterObjects, "dropping an object that no process has open removes its files") {
  named("alpha")->put(std::vector<StorageItem>{{"k", "v"}});
  named("alpha")->drop();
  CHECK(backend.ids(counter_class, "").empty());
  CHECK(std::filesystem::is_empty(class_folder()));
}

TEST_CASE_FIXTURE(CounterObjects,
                  "what is at rest is read without leaving anything, what is in the log is seen") {
  named("rest")->put(std::vector<StorageItem>{{"k", "v"}});
  const std::filesystem::path file = named("rest")->file();
  sqlite::Connection::open_existing(file)->execute("PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL");
  for (const char* const suffix : {"-wal", "-shm"}) std::filesystem::remove(file.native() + suffix);
  CHECK(named("rest")->info().keys == 1);
  CHECK_FALSE(std::filesystem::exists(file.native() + "-shm"));
  named("rest")->put(std::vector<StorageItem>{{"l", "v"}});
  CHECK(named("rest")->info().keys == 2);
}

TEST_CASE_FIXTURE(CounterObjects,
                  "many objects are looked into at once, a damaged one does not hide the others") {
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const auto object = named("n" + std::to_string(i));
    object->put(std::vector<StorageItem>(1, {"k" + std::to_string(i), "v"}));
    ids.push_back(object->id());
  }
  ids.push_back(std::string(64, 'a'));
  std::ofstream(class_folder() / (ids.back() + ".sqlite")) << std::string(5000, 'x');
  ids.push_back(std::string(64, 'b'));
  const std::vector<DurableObjectFinding> found = backend.look_into(counter_class, ids);
  REQUIRE(found.size() == 102);
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(found[i].problem.empty());
    CHECK(found[i].info.name == "n" + std::to_string(i));
  }
  CHECK_FALSE(found[100].problem.empty());
  CHECK(found[101].problem.empty());
  CHECK(found[101].info.bytes == 0);
}

TEST_CASE_FIXTURE(CounterObjects, "names that would lead elsewhere are refused") {
  CHECK(kind_of_failure([&] { backend.ids({"../x", "C"}, ""); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { backend.ids({"x", "C/../../y"}, ""); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { backend.ids({"", ""}, ""); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { backend.open(counter_class, "metadata"); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { backend.open(counter_class, std::string(64, 'G')); }) ==
        ErrorKind::invalid_input);
}
