// What backends/kv_staging.hpp and ObjectStaging promise, of the storage that has them: wrangler's layout.
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/files/string_spool.hpp"
#include "backends/kv_staging.hpp"
#include "backends/wrangler/kv_backend.hpp"
#include "backends/wrangler/r2_backend.hpp"
#include "backends/wrangler/state_care.hpp"
#include "tests/failure.hpp"
#include "tests/fake_clock.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::testing;

namespace {

constexpr UnixMillis staging_time = 1'700'000'000'000;

void put_entry(KvStore& store, const std::string& key, std::string_view value,
               const std::string& origin = {}) {
  const auto batch = store.begin_batch();
  KvEntry entry;
  entry.key = key;
  entry.origin = origin;
  batch->put(entry, value);
  batch->commit();
}

std::string text(KvStore& store, const std::string& key) {
  const auto source = store.value(key, staging_time);
  return source ? read_all(*source, 1000, "the value") : "(none)";
}

std::string version(KvStore& store, const std::string& key) {
  KvListOptions all;
  all.with_version = true;
  for (const KvItem& item : store.list(all, staging_time).items)
    if (item.key == key) return item.version;
  return {};
}

std::size_t files_below(const std::filesystem::path& folder) {
  std::size_t count = 0;
  if (!std::filesystem::exists(folder)) return 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) ++count;
  return count;
}

struct Place {
  TemporaryFolder folder;
  FakeClock clock;
  wrangler::WranglerKvBackend kv{folder.path(), clock};
  wrangler::WranglerObjectBackend r2{folder.path(), clock};
  [[nodiscard]] std::filesystem::path incoming() const {
    return folder.path() / "v3" / "corral" / "incoming";
  }
};

void put_entry(ObjectStore& store, const std::string& key, std::string_view bytes,
               const std::string& version = {}) {
  ObjectWrite write;
  write.key = key;
  if (!version.empty()) write.version = version;
  MemorySource body(bytes);
  store.put(write, body, staging_time);
}

}  // namespace

TEST_CASE("staged entries are invisible until they all become visible, with their origins") {
  Place place;
  const auto store = place.kv.open("space");
  put_entry(*store, "kept", "1");
  put_entry(*store, "replaced", "2");
  put_entry(*store, "gone", "3");
  const std::string origin(32, 'e');
  {
    const auto staging = place.kv.stage("space");
    put_entry(*staging->entries(), "replaced", "new", origin);
    put_entry(*staging->entries(), "added", "new", origin);
    CHECK(text(*staging->entries(), "added") == "new");
    CHECK(failure_of([&] { place.kv.stage("space"); }).kind() == ErrorKind::busy);
  }
  CHECK(text(*store, "replaced") == "2");
  CHECK(text(*store, "added") == "(none)");
  {
    const auto staging = place.kv.stage("space");  // another process would find the same
    CHECK(has_origin(version(*staging->entries(), "added"), origin));
    StringSpool gone;
    gone.add("gone");
    gone.add("never there");
    staging->commit(gone);
  }
  CHECK(text(*store, "kept") == "1");
  CHECK(text(*store, "replaced") == "new");
  CHECK(text(*store, "added") == "new");
  CHECK(text(*store, "gone") == "(none)");
  CHECK(has_origin(version(*store, "replaced"), origin));
  CHECK_FALSE(has_origin(version(*store, "kept"), origin));
  CHECK(files_below(place.incoming()) == 0);
  CHECK(files_below(place.folder.path() / "v3" / "kv" / "space" / "blobs") == 3);
  // A write takes the origin away.
  put_entry(*store, "added", "mine");
  CHECK_FALSE(has_origin(version(*store, "added"), origin));
}

TEST_CASE("what is discarded leaves nothing, and an empty staging changes nothing") {
  Place place;
  const auto staging = place.kv.stage("space");
  put_entry(*staging->entries(), "k", "v");
  staging->discard();
  CHECK(files_below(place.incoming()) == 0);
  CHECK(text(*staging->entries(), "k") == "(none)");
  StringSpool none;
  staging->commit(none);
  CHECK(files_below(place.folder.path() / "v3" / "kv") == 0);
}

TEST_CASE("committing again what a crash left after a commit keeps the values") {
  Place place;
  const auto store = place.kv.open("space");
  const std::filesystem::path copy = place.folder.path() / "copy";
  {
    const auto staging = place.kv.stage("space");
    put_entry(*staging->entries(), "k", "v");
    std::filesystem::copy(place.incoming(), copy, std::filesystem::copy_options::recursive);
    StringSpool none;
    staging->commit(none);
  }
  std::filesystem::remove_all(place.incoming());
  std::filesystem::copy(copy, place.incoming(), std::filesystem::copy_options::recursive);
  StringSpool none;
  place.kv.stage("space")->commit(none);
  CHECK(text(*store, "k") == "v");
  CHECK(files_below(place.folder.path() / "v3" / "kv" / "space" / "blobs") == 1);
}

TEST_CASE("what a crash left after a commit never takes a value from the namespace") {
  Place place;
  const auto store = place.kv.open("space");
  const std::filesystem::path copy = place.folder.path() / "copy";
  {
    const auto staging = place.kv.stage("space");
    put_entry(*staging->entries(), "renamed", "1");
    put_entry(*staging->entries(), "removed", "2");
    std::filesystem::copy(place.incoming(), copy, std::filesystem::copy_options::recursive);
    StringSpool none;
    staging->commit(none);
  }
  store->rename("renamed", "another", staging_time);
  const std::vector<std::string> removed = {"removed"};
  store->erase(removed);
  std::filesystem::remove_all(place.incoming());
  std::filesystem::copy(copy, place.incoming(), std::filesystem::copy_options::recursive);
  const auto staging = place.kv.stage("space");
  CHECK(text(*staging->entries(), "renamed") == "(none)");
  CHECK(staging->entries()->list({}, staging_time).items.empty());
  staging->discard();
  CHECK(text(*store, "another") == "1");
}

TEST_CASE("a value that another program has removed is not staged any more, or ends the commit") {
  Place place;
  const auto store = place.kv.open("space");
  put_entry(*store, "k", "old");
  const std::filesystem::path blobs = place.folder.path() / "v3" / "kv" / "space" / "blobs";
  const auto remove_staged = [&](KvStaging& staging) {
    std::filesystem::remove(blobs / version(*staging.entries(), "k"));
  };
  {
    const auto staging = place.kv.stage("space");
    put_entry(*staging->entries(), "k", "new");
    remove_staged(*staging);
    StringSpool none;
    CHECK(failure_of([&] { staging->commit(none); }).kind() == ErrorKind::corrupt);
  }
  CHECK(text(*store, "k") == "old");
  CHECK(place.kv.stage("space")->entries()->list({}, staging_time).items.empty());
}

TEST_CASE("gc keeps what a pull has staged, and removes what an abandoned one left") {
  Place place;
  wrangler::WranglerStateCare care(place.folder.path());
  const std::filesystem::path kv = place.folder.path() / "v3" / "kv" / "space" / "blobs";
  const std::filesystem::path r2 = place.folder.path() / "v3" / "r2" / "files" / "blobs";
  put_entry(*place.kv.open("space"), "k", "v");
  put_entry(*place.r2.open("files"), "o", "v");
  constexpr UnixMillis hour = 3'600'000;
  const UnixMillis present = std::time(nullptr) * UnixMillis{1000};
  const auto clean = [&](UnixMillis age, bool dry_run) {
    return care.clean({.now = present + 2 * hour, .age = age, .dry_run = dry_run});
  };
  {
    const auto staging = place.kv.stage("space");
    const auto objects = place.r2.stage("files");
    put_entry(*staging->entries(), "staged", "v");
    put_entry(*objects->objects(), "staged", "v");
    CHECK(clean(hour, false).orphans == 0);
    CHECK(clean(hour, false).pulls == 0);
  }
  CHECK(clean(3 * hour, false).pulls == 0);  // it may go on
  CHECK(files_below(kv) == 2);
  const Garbage planned = clean(hour, true);
  CHECK(planned.pulls == 2);
  CHECK(planned.orphans == 2);
  CHECK(files_below(place.incoming()) > 0);
  const Garbage removed = clean(hour, false);
  CHECK(removed.pulls == 2);
  CHECK(removed.orphans == 2);
  CHECK(files_below(place.incoming()) == 0);
  CHECK(files_below(kv) == 1);
  CHECK(files_below(r2) == 1);
  CHECK(text(*place.kv.open("space"), "k") == "v");
}

TEST_CASE("staged objects become visible together, with their versions") {
  Place place;
  const auto store = place.r2.open("files");
  put_entry(*store, "kept", "1");
  put_entry(*store, "replaced", "2");
  put_entry(*store, "gone", "3");
  const std::string version(32, 'd');
  const auto staging = place.r2.stage("files");
  put_entry(*staging->objects(), "replaced", "new", version);
  put_entry(*staging->objects(), "added", "new", version);
  CHECK_FALSE(store->head("added"));
  StringSpool gone;
  gone.add("gone");
  staging->commit(gone);
  CHECK(store->head("added")->version == version);
  CHECK(store->head("replaced")->version == version);
  CHECK(store->head("kept"));
  CHECK_FALSE(store->head("gone"));
  CHECK(read_all(*store->get("replaced", {}, {})->body, 10, "the object") == "new");
  CHECK(files_below(place.incoming()) == 0);
  CHECK(files_below(place.folder.path() / "v3" / "r2" / "files" / "blobs") == 3);
}
