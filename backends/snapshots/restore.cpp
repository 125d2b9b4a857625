// LocalStateSnapshots::restore, and the completion of an interrupted restore.
#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <thread>
#include <unistd.h>
#include <unordered_set>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/discarded_files.hpp"
#include "backends/snapshots/folder_view.hpp"
#include "backends/snapshots/live_database.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/records.hpp"
#include "backends/snapshots/restore_marker.hpp"
#include "backends/snapshots/restored_note.hpp"
#include "backends/unknown_outcome.hpp"
#include "backends/wrangler/service_tables.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

bool names_values(std::string_view path) {
  const auto service = wrangler::service_of_path(path);
  return service == StateService::kv || service == StateService::r2;
}

bool is_alarms(std::string_view path) {
  return path.ends_with("/metadata.sqlite");
}

/// What is known about a restore that began but did not finish. Hints written for one that has not begun
/// would be wrong: "nothing was changed".
Error half_way(const Error& reason, const std::string& message, const fs::path& marker) {
  std::string hint = fmt::format(
      "the state is a mix of both until the next corral command, which finishes it first; to leave it so, "
      "remove "
      "{}",
      shown(marker.native()));
  const bool is_cause = reason.kind() == ErrorKind::io || reason.kind() == ErrorKind::busy;
  if (is_cause && !reason.hint().empty() && dynamic_cast<const UnknownOutcome*>(&reason) == nullptr)
    hint = reason.hint() + "; " + hint;
  return {reason.kind(), message, hint};
}

class Restore {
 public:
  Restore(const LiveState& live, const SnapshotLayout& layout, const fs::path& folder,
          const Manifest& manifest)
      : live_(live),
        folder_(folder),
        manifest_(manifest),
        marker_(layout.restoring()),
        shelf_(layout.values(), live.v3),
        discarded_(layout.discarded()),
        note_(SnapshotLayout::restored_note(folder)),
        values_(read_values(folder, manifest)) {}

  /// Throws corrupt if the snapshot is incomplete. Nothing has been changed at that point.
  void check() {
    for (const KeptDatabase& database : manifest_.databases) check_kept(folder_, database.file);
    for (const KeptRecords& records : manifest_.records) check_kept(folder_, records.file);
    for (const KeptValues& folder : values_) {
      const FolderView kept(shelf_.path_of(folder.folder, ""));
      for (const auto& [id, bytes] : folder.values) check_value(kept.size_of(id), id, bytes);
    }
  }

  /// Writes the marker, unless there is nothing to do or an interrupted restore has left it.
  RestoreResult run(bool begun) {
    RestoreResult result;
    give_values();
    result.values = shelf_.moved();
    if (result.values != 0) flush_given();
    find_work();
    const bool same_records = records_are_the_same();
    if (work_.empty() && surplus_.empty() && same_records && !begun) return result;
    // From here on other processes see the marker, and complete this restore if it fails.
    if (!begun) marker_.write(manifest_.info.name);
    try {
      for (const std::string& path : surplus_) empty(path, result);
      for (const KeptDatabase* database : work_) replace(*database, result);
      if (!same_records || begun) replace_all_records(result);
    } catch (const UnknownOutcome&) {
      throw;
    } catch (const Error&) {
      // The state is unchanged; a marker left behind would make others restore.
      if (!begun && !touched_) marker_.take_back();
      throw;
    }
    if (touched_) give_removed_values();
    tidy_up();
    marker_.remove(manifest_.info.name);
    discarded_.remove_within(std::chrono::milliseconds(5));
    return result;
  }

 private:
  static void check_value(std::optional<std::uint64_t> found, const std::string& id, std::uint64_t bytes) {
    if (found == bytes) return;
    throw Error(
        ErrorKind::corrupt,
        found ? fmt::format("the snapshot is damaged: the value {} has {} of {} bytes", id, *found, bytes)
              : fmt::format("the snapshot is damaged: the value {} is missing", id),
        "nothing was changed; take another snapshot, and 'corral state delete' this one");
  }

  void give_values() {
    for (const KeptValues& folder : values_) {
      live_.check_interrupt();
      const fs::path live_folder = live_.v3 / folder.folder / "blobs";
      const FolderView live(live_folder);
      for (const auto& [id, bytes] : folder.values) {
        const auto found = live.size_of(id);
        if (found == bytes) continue;
        if (found) ::unlink((live_folder / id).c_str());  // damaged: an intact value never changes
        shelf_.give(folder.folder, id);
        given_in_.insert(live_folder);
      }
    }
  }

  /// A writer removes the value that it replaced once it has committed. One that came between may so remove a
  /// value that the restored rows name, and even later than they do. What is missing is given again, until
  /// nothing goes any more.
  void give_removed_values() {
    constexpr int most_rounds = 50;
    constexpr std::chrono::milliseconds pause(50);
    bool may_go = other_wrote_;
    for (int round = 0; round < most_rounds; ++round) {
      const std::uint64_t before = shelf_.moved();
      give_values();
      if (shelf_.moved() != before) flush_given();
      if (shelf_.moved() == before && !may_go) return;
      may_go = shelf_.moved() != before;
      std::this_thread::sleep_for(pause);
    }
  }

  void flush_given() const {
    constexpr std::size_t flush_together_from = 16;
    if (shelf_.moved() >= flush_together_from && shelf_.copied()) {
      flush_file_system(live_.v3);
      return;
    }
    // The values themselves were flushed when the snapshot was saved.
    for (const fs::path& folder : given_in_) flush_folder(folder);
  }

  void find_work() {
    const std::vector<std::string> present = wrangler::list_databases(live_.v3, manifest_.info.services);
    for (const std::string& path : present) {
      if (manifest_.find_database(path) == nullptr) surplus_.push_back(path);
    }
    std::erase_if(surplus_, [&](const std::string& path) { return is_empty(path); });
    for (const KeptDatabase& database : manifest_.databases) {
      if (std::binary_search(present.begin(), present.end(), database.path)) {
        DatabaseMoment moment(live_.v3 / database.path);
        moment.begin();
        const std::string signature = moment.signature();
        if (!signature.empty() && (signature == database.source || note_.knows(database.path, signature)))
          continue;
      } else if (database.file.bytes == 0) {
        continue;
      }
      work_.push_back(&database);
    }
  }

  [[nodiscard]] bool is_empty(const std::string& path) const {
    const auto connection = sqlite::Connection::open_existing(live_.v3 / path);
    if (!connection) return true;
    if (!connection->prepare("SELECT 1 FROM sqlite_schema LIMIT 1").step()) return true;
    if (!names_values(path) || is_alarms(path)) return false;
    return wrangler::is_empty(*connection);
  }

  void replace(const KeptDatabase& database, RestoreResult& result) {
    const fs::path live = live_.v3 / database.path;
    if (::access(live.c_str(), F_OK) != 0) touched_ = true;
    Replaced replaced = replace_database(live, folder_ / database.file.file,
                                         names_values(database.path) && !is_alarms(database.path));
    note_.learn(database.path, replaced.signature);
    other_wrote_ = other_wrote_ || replaced.signature.empty();
    count(replaced, result);
    remember(std::move(replaced.values));
  }

  void empty(const std::string& path, RestoreResult& result) {
    const bool keep_tables = names_values(path) || is_alarms(path);
    if (!keep_tables) touched_ = true;
    Replaced replaced = empty_database(live_.v3 / path, keep_tables);
    count(replaced, result);
    remember(std::move(replaced.values));
  }

  void count(const Replaced& replaced, RestoreResult& result) {
    if (!replaced.changed) return;
    ++result.databases;
    touched_ = true;
  }

  [[nodiscard]] lmdb::Environment& environment_of(const std::string& name) const {
    return name == "queues" ? live_.queues : live_.environment;
  }

  [[nodiscard]] std::function<std::unique_ptr<RecordStream>()> kept_records(const std::string& name) const {
    return [this, name]() -> std::unique_ptr<RecordStream> {
      const KeptRecords* const kept = manifest_.find_records(name);
      if (kept == nullptr) return no_records();
      return stored_records(folder_ / kept->file.file, manifest_.info.services);
    };
  }

  [[nodiscard]] std::vector<std::string> environments() const {
    if (wrangler::holds(manifest_.info.services, StateService::queues)) return {"corral", "queues"};
    return {"corral"};
  }

  [[nodiscard]] bool records_are_the_same() const {
    const std::vector<std::string> names = environments();
    return std::all_of(names.begin(), names.end(), [this](const std::string& name) {
      return same_records(environment_of(name), manifest_.info.services, kept_records(name));
    });
  }

  void replace_all_records(RestoreResult& result) {
    for (const std::string& name : environments()) {
      result.records += replace_records(environment_of(name), manifest_.info.services, kept_records(name));
      touched_ = touched_ || result.records != 0;
    }
  }

  void remember(std::vector<std::string> values) {
    for (std::string& id : values) old_values_.insert(std::move(id));
  }

  /// A failure here costs only space or time.
  void tidy_up() {
    try {
      remove_old_values();
      note_.write();
    } catch (const Error&) {
      return;  // orphaned values are left for `clean`
    }
  }

  /// Values whose rows are gone. Values that no row referenced are left alone: a writer may not yet have
  /// committed the row that references them.
  void remove_old_values() {
    for (const KeptValues& folder : values_) {
      for (const auto& [id, bytes] : folder.values) old_values_.erase(id);
    }
    if (old_values_.empty()) return;
    for (const std::string& folder : wrangler::list_value_folders(live_.v3, manifest_.info.services)) {
      const fs::path blobs = live_.v3 / folder / "blobs";
      for (const std::string& id : nofollow::names_in(blobs)) {
        if (!old_values_.contains(id)) continue;
        if (shelf_.has(folder, id)) {
          ::unlink((blobs / id).c_str());  // the file survives under its other name
        } else {
          discarded_.discard(blobs / id, id);
        }
      }
    }
  }

  const LiveState& live_;
  fs::path folder_;
  const Manifest& manifest_;
  RestoreMarker marker_;
  BlobShelf shelf_;
  DiscardedFiles discarded_;
  RestoredNote note_;
  std::vector<KeptValues> values_;
  std::set<fs::path> given_in_;
  std::vector<std::string> surplus_;
  std::vector<const KeptDatabase*> work_;
  std::unordered_set<std::string> old_values_;
  bool touched_ = false;      ///< whether any of the state may have been replaced
  bool other_wrote_ = false;  ///< to one of the databases while it was replaced
};

}  // namespace

std::optional<std::string> unfinished_restore(const fs::path& state_root) {
  return RestoreMarker(CorralLayout(state_root).snapshots().restoring()).read();
}

RestoreResult LocalStateSnapshots::restore(std::string_view name) {
  static_cast<void>(manifest_of(name));
  const FileLock locked = lock();
  finish_interrupted();
  const Manifest manifest = manifest_of(name);
  Restore restore(live_, layout_, folder_of(name), manifest);
  restore.check();
  try {
    return restore.run(false);
  } catch (const Error& error) {
    const RestoreMarker marker(layout_.restoring());
    if (!marker.read()) throw;
    throw half_way(
        error,
        fmt::format("the restore of snapshot \"{}\" stopped half way: {}", shown(name), error.message()),
        marker.file());
  }
}

void LocalStateSnapshots::finish_interrupted() {
  const RestoreMarker marker(layout_.restoring());
  const auto name = marker.read();
  if (!name) return;
  try {
    const Manifest manifest = manifest_of(*name);
    Restore restore(live_, layout_, folder_of(*name), manifest);
    restore.check();
    restore.run(true);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || !marker.read()) throw;
    throw half_way(error,
                   fmt::format("a restore of snapshot \"{}\" was cut short and cannot be finished: {}",
                               shown(*name), error.message()),
                   marker.file());
  }
}

bool LocalStateSnapshots::recover() {
  constexpr auto pause = std::chrono::milliseconds(10);
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  const RestoreMarker marker(layout_.restoring());
  while (const auto name = marker.read()) {
    if (const auto locked = FileLock::at_once(layout_.lock())) {
      if (!marker.read()) return false;  // finished by the process that held the lock
      finish_interrupted();
      return true;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error(ErrorKind::busy,
                  fmt::format("snapshot \"{}\" is being restored by another command", shown(*name)),
                  "wait for it to finish and run the command again");
    }
    live_.check_interrupt();
    std::this_thread::sleep_for(pause);
  }
  return false;
}

}  // namespace corral::snapshots
