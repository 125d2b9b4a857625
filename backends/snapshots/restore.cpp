// LocalStateSnapshots::restore, and what finishes one that was cut short.
#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <unistd.h>
#include <unordered_set>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/discarded_files.hpp"
#include "backends/snapshots/folder_view.hpp"
#include "backends/snapshots/live_database.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/records.hpp"
#include "backends/snapshots/state_tree.hpp"
#include "backends/text.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_note_bytes = std::uint64_t{16} << 20U;

bool names_values(std::string_view path) {
  const auto service = service_of_path(path);
  return service == StateService::kv || service == StateService::r2;
}

bool is_alarms(std::string_view path) {
  return path.ends_with("/metadata.sqlite");
}

/// What the state's databases were known by after the last restore of a snapshot: as long as they still are,
/// there is nothing to compare. Losing it costs time alone.
class RestoredNote {
 public:
  explicit RestoredNote(fs::path file) : file_(std::move(file)) {
    if (!nofollow::status(file_)) return;
    FileSource source(nofollow::open_for_reading(file_), file_.native());
    const std::string text = read_all(source, max_note_bytes, "a note");
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) break;
      const std::string_view line = rest.substr(0, end);
      const std::size_t space = line.find(' ');
      if (space != std::string_view::npos)
        known_[std::string(line.substr(space + 1))] = line.substr(0, space);
      rest.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] bool knows(const std::string& path, const std::string& signature) const {
    const auto found = known_.find(path);
    return found != known_.end() && !signature.empty() && found->second == signature;
  }

  void learn(const std::string& path, const std::string& signature) {
    if (known_[path] == signature) return;
    known_[path] = signature;
    changed_ = true;
  }

  /// Not flushed: what a crash leaves is read as nothing, or is right.
  void write() const {
    if (!changed_) return;
    ReplacementFile file(file_);
    for (const auto& [path, signature] : known_) {
      if (!signature.empty()) file.write(fmt::format("{} {}\n", signature, path));
    }
    file.commit_unflushed();
  }

 private:
  fs::path file_;
  std::map<std::string, std::string> known_;
  bool changed_ = false;
};

class Restore {
 public:
  Restore(const LiveState& live, const fs::path& root, const fs::path& folder, const Manifest& manifest)
      : live_(live),
        folder_(folder),
        manifest_(manifest),
        marker_(root / "restoring"),
        shelf_(root / "values", live.v3),
        discarded_(root / "discarded"),
        note_(folder / "restored"),
        values_(read_values(folder, manifest)) {}

  /// Throws corrupt if the snapshot is not whole. Nothing has changed then.
  void check() {
    for (const KeptDatabase& database : manifest_.databases) check_kept(folder_, database.file);
    for (const KeptRecords& records : manifest_.records) check_kept(folder_, records.file);
    for (const KeptValues& folder : values_) {
      const FolderView kept(shelf_.path_of(folder.folder, ""));
      for (const auto& [id, bytes] : folder.values) check_value(kept.size_of(id), id, bytes);
    }
  }

  /// Writes down that it has begun, unless there is nothing to do or that was done before it was cut short.
  RestoreResult run(bool begun) {
    RestoreResult result;
    give_values();
    result.values = shelf_.moved();
    if (result.values != 0) flush_given();
    find_work();
    const bool same_records = records_are_the_same();
    if (work_.empty() && surplus_.empty() && same_records && !begun) return result;
    if (!begun) replace_file(marker_, manifest_.info.name);
    for (const std::string& path : surplus_) empty(path, result);
    for (const KeptDatabase* database : work_) replace(*database, result);
    if (!same_records || begun) result.records = replace_all_records();
    remove_old_values();
    note_.write();
    if (::unlink(marker_.c_str()) != 0 && errno != ENOENT) {
      throw system_error(errno, fmt::format("cannot remove {}", shown(marker_.native())));
    }
    flush_folder(marker_.parent_path());
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
        if (found) ::unlink((live_folder / id).c_str());  // damaged: a value never changes
        shelf_.give(folder.folder, id);
        given_in_.insert(live_folder);
      }
    }
  }

  void flush_given() const {
    constexpr std::size_t flush_together_from = 16;
    if (shelf_.moved() >= flush_together_from && shelf_.copied()) {
      flush_file_system(live_.v3);
      return;
    }
    // The values themselves have been on the disk since they were kept.
    for (const fs::path& folder : given_in_) flush_folder(folder);
  }

  void find_work() {
    const std::vector<std::string> present = list_databases(live_.v3, manifest_.info.services);
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
    constexpr std::array<std::string_view, 3> tables = {"_mf_entries", "_mf_objects",
                                                        "_mf_multipart_uploads"};
    return std::none_of(tables.begin(), tables.end(), [&](std::string_view table) {
      return connection->has_table(table) &&
             connection->prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", table)).step();
    });
  }

  void replace(const KeptDatabase& database, RestoreResult& result) {
    Replaced replaced = replace_database(live_.v3 / database.path, folder_ / database.file.file,
                                         names_values(database.path) && !is_alarms(database.path));
    note_.learn(database.path, replaced.signature);
    if (replaced.changed) ++result.databases;
    remember(std::move(replaced.values));
  }

  void empty(const std::string& path, RestoreResult& result) {
    Replaced replaced = empty_database(live_.v3 / path, names_values(path) || is_alarms(path));
    if (replaced.changed) ++result.databases;
    remember(std::move(replaced.values));
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
    if (holds(manifest_.info.services, StateService::queues)) return {"corral", "queues"};
    return {"corral"};
  }

  [[nodiscard]] bool records_are_the_same() const {
    const std::vector<std::string> names = environments();
    return std::all_of(names.begin(), names.end(), [this](const std::string& name) {
      return same_records(environment_of(name), manifest_.info.services, kept_records(name));
    });
  }

  [[nodiscard]] std::uint64_t replace_all_records() const {
    std::uint64_t changed = 0;
    for (const std::string& name : environments()) {
      changed += replace_records(environment_of(name), manifest_.info.services, kept_records(name));
    }
    return changed;
  }

  void remember(std::vector<NamedValue> values) {
    for (NamedValue& value : values) old_values_.insert(std::move(value.id));
  }

  /// What rows named that are no more. Values that no row named are left alone: somebody may be about to
  /// write the row.
  void remove_old_values() {
    for (const KeptValues& folder : values_) {
      for (const auto& [id, bytes] : folder.values) old_values_.erase(id);
    }
    if (old_values_.empty()) return;
    for (const std::string& folder : list_value_folders(live_.v3, manifest_.info.services)) {
      const fs::path blobs = live_.v3 / folder / "blobs";
      for (const std::string& id : nofollow::names_in(blobs)) {
        if (!old_values_.contains(id)) continue;
        if (shelf_.has(folder, id)) {
          ::unlink((blobs / id).c_str());  // the file lives on under its other name
        } else {
          discarded_.discard(blobs / id, id);
        }
      }
    }
  }

  const LiveState& live_;
  fs::path folder_;
  const Manifest& manifest_;
  fs::path marker_;
  BlobShelf shelf_;
  DiscardedFiles discarded_;
  RestoredNote note_;
  std::vector<KeptValues> values_;
  std::set<fs::path> given_in_;
  std::vector<std::string> surplus_;
  std::vector<const KeptDatabase*> work_;
  std::unordered_set<std::string> old_values_;
};

}  // namespace

RestoreResult LocalStateSnapshots::restore(std::string_view name) {
  static_cast<void>(manifest_of(name));
  const FileLock locked = lock();
  finish_interrupted();
  const Manifest manifest = manifest_of(name);
  Restore restore(live_, root_, folder_of(name), manifest);
  restore.check();
  return restore.run(false);
}

bool LocalStateSnapshots::finish_interrupted() {
  const fs::path marker = root_ / "restoring";
  if (!nofollow::status(marker)) return false;
  FileSource source(nofollow::open_for_reading(marker), marker.native());
  const std::string name = read_all(source, max_note_bytes, "the note of a restore");
  try {
    const Manifest manifest = manifest_of(name);
    Restore restore(live_, root_, folder_of(name), manifest);
    restore.check();
    restore.run(true);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::not_found) throw;
    throw Error(
        error.kind(),
        fmt::format("a restore of snapshot \"{}\" was cut short and cannot be finished: {}", shown(name),
                    error.message()),
        fmt::format("the state may be between two; to leave it as it is, remove {}", shown(marker.native())));
  }
  return true;
}

}  // namespace corral::snapshots
