#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace corral {

/// Where snapshots of a state are kept, `<state root>/v3/corral/snapshots`. The names within one snapshot are
/// those of its manifest (snapshots/manifest.hpp), as in an archive.
class SnapshotLayout {
 public:
  explicit SnapshotLayout(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
  /// A folder per snapshot, and those that a command is building.
  [[nodiscard]] std::filesystem::path states() const { return root_ / "states"; }
  [[nodiscard]] std::filesystem::path state(std::string_view name) const { return states() / name; }
  [[nodiscard]] std::filesystem::path unfinished_state(int process) const;
  /// Whether a name in `states` is that of one being built, or left by a command that was killed.
  [[nodiscard]] static bool is_unfinished(std::string_view name);
  /// Within an unfinished snapshot: values of an archive that is being read.
  [[nodiscard]] static std::filesystem::path incoming_values(const std::filesystem::path& state);
  /// Within a snapshot: what the state looked like after the last restore.
  [[nodiscard]] static std::filesystem::path restored_note(const std::filesystem::path& state);
  /// The values of all snapshots, each once.
  [[nodiscard]] std::filesystem::path values() const { return root_ / "values"; }
  /// Values that wait to be unlinked.
  [[nodiscard]] std::filesystem::path discarded() const { return root_ / "discarded"; }
  /// The name of the snapshot that is being restored.
  [[nodiscard]] std::filesystem::path restoring() const { return root_ / "restoring"; }
  /// Held while snapshots change.
  [[nodiscard]] std::filesystem::path lock() const { return root_ / "lock"; }
  /// Whole copies of D1 databases that earlier builds kept.
  [[nodiscard]] std::filesystem::path old_copies() const { return root_ / "d1"; }

 private:
  std::filesystem::path root_;
};

/// Where corral keeps what wrangler does not know of: all paths below `<state root>/v3/corral`. The formats
/// of the files are in docs/formats.md.
class CorralLayout {
 public:
  explicit CorralLayout(const std::filesystem::path& state_root) : root_(state_root / "v3" / "corral") {}

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
  /// The folders of the LMDB environments: the registry, records of migrations and KV; queues; bookmarks.
  [[nodiscard]] const std::filesystem::path& main_environment() const noexcept { return root_; }
  [[nodiscard]] std::filesystem::path queues() const { return root_ / "queues"; }
  [[nodiscard]] std::filesystem::path time_travel() const { return root_ / "time-travel"; }
  /// The file of an LMDB environment that holds its data.
  [[nodiscard]] static std::filesystem::path data_of(const std::filesystem::path& environment) {
    return environment / "data.mdb";
  }
  /// The file that LMDB's processes share.
  [[nodiscard]] static std::filesystem::path lock_of(const std::filesystem::path& environment) {
    return environment / "lock.mdb";
  }
  /// The journal of what SQL statements cost.
  [[nodiscard]] std::filesystem::path insights() const { return root_ / "insights" / "queries"; }
  /// The keys and the token of `corral serve`.
  [[nodiscard]] std::filesystem::path access() const { return root_ / "access.json"; }
  /// Held while that file changes.
  [[nodiscard]] std::filesystem::path access_lock() const { return root_ / "locks" / "access"; }
  /// Held during a run of migrations of one database.
  [[nodiscard]] std::filesystem::path migrations_lock(std::string_view database_id) const;
  /// Where what a pull brings for a resource gathers: a folder that is laid out like a state root.
  [[nodiscard]] std::filesystem::path incoming(std::string_view service, std::string_view id) const;
  /// The folder of all of these: their names begin with "<service>-".
  [[nodiscard]] std::filesystem::path incoming_folders() const { return root_ / "incoming"; }
  /// Held while one of them is in use.
  [[nodiscard]] std::filesystem::path incoming_lock(const std::filesystem::path& incoming) const;
  /// The note of what the last pull brought for a resource.
  [[nodiscard]] std::filesystem::path pulled(std::string_view service, std::string_view id) const;
  [[nodiscard]] SnapshotLayout snapshots() const { return SnapshotLayout(root_ / "snapshots"); }

 private:
  std::filesystem::path root_;
};

}  // namespace corral
