// Snapshots and archives that were made before the records of LMDB carried versions, and those made since.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/kv_store.hpp"
#include "backends/lmdb/queue_backend.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "tests/backends/raw_lmdb.hpp"
#include "tests/backends/state_without_versions.hpp"

using namespace corral;
using corral::snapshots::LocalStateSnapshots;
using corral::testing::raw_version;
using corral::testing::StateWithoutVersions;

namespace {

class ArchiveText final : public ByteSink {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

/// A state folder, opened.
struct Opened {
  explicit Opened(const StateWithoutVersions& state)
      : main(state.layout().main_environment()),
        queues(state.layout().queues()),
        snapshots(state.root(), main, queues, [] {}) {}

  std::vector<std::string> differences(std::string_view first, const std::optional<std::string>& second) {
    std::vector<std::string> found;
    snapshots.compare(first, second, [&](const StateDifference& difference) {
      found.push_back(difference.what + " " + difference.item);
    });
    return found;
  }

  /// Changes a key, a message and a queue.
  void change() {
    MemorySource value("changed");
    lmdb::LmdbKvBackend(main)
        .open(StateWithoutVersions::namespace_id)
        ->put({.key = "plain", .expiration = {}, .metadata = {}}, value, KvStore::Condition::always,
              StateWithoutVersions::now);
    lmdb::LmdbQueueBackend(queues).open("slow")->purge(StateWithoutVersions::now);
  }

  lmdb::Environment main;
  lmdb::Environment queues;
  LocalStateSnapshots snapshots;
};

}  // namespace

TEST_CASE("a snapshot of before versions compares, and restores over what was written since") {
  const StateWithoutVersions state;
  Opened opened(state);
  opened.snapshots.restore("kept");  // brings the database back, which the fixture has in the snapshot only
  CHECK(opened.differences("kept", std::nullopt).empty());
  CHECK_FALSE(raw_version(state.layout().queues()));  // there was nothing to write

  opened.change();
  CHECK(raw_version(state.layout().main_environment()) == "\x01");
  CHECK(raw_version(state.layout().queues()) == "\x01");
  // The key, the queue and its six messages.
  CHECK(opened.differences("kept", std::nullopt).size() == 8);

  opened.snapshots.restore("kept");
  CHECK(opened.differences("kept", std::nullopt).empty());
  state.check_content();
}

TEST_CASE("snapshots of before and after the upgrade are the same, and each restores") {
  const StateWithoutVersions state;
  Opened opened(state);
  opened.snapshots.restore("kept");
  opened.main.write([](lmdb::Transaction&) {});
  opened.queues.write([](lmdb::Transaction&) {});
  opened.snapshots.save("now", {StateService::kv, StateService::d1, StateService::r2, StateService::queues},
                        state.now, false);
  CHECK(opened.differences("kept", "now").empty());
  opened.change();
  opened.snapshots.restore("now");
  state.check_content();

  ArchiveText archive;
  opened.snapshots.write_archive("now", archive);
  MemorySource source(archive.text);
  opened.snapshots.read_archive("again", source, 10'000'000);
  opened.change();
  opened.snapshots.restore("again");
  state.check_content();
}

TEST_CASE("an archive of before versions restores into a state with them") {
  const StateWithoutVersions state;
  Opened opened(state);
  opened.change();
  FileSource archive(nofollow::open_for_reading(state.archive()), "the archive");
  opened.snapshots.read_archive("imported", archive, 10'000'000);
  opened.snapshots.restore("imported");
  state.check_content();
  CHECK(opened.differences("kept", "imported").empty());
}
