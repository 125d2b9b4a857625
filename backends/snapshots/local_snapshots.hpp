#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/corral_layout.hpp"
#include "backends/files/file_lock.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/snapshots/manifest.hpp"
#include "backends/snapshots/state_moment.hpp"
#include "backends/state_snapshots.hpp"
#include "backends/wrangler/blob_marks.hpp"

namespace corral::snapshots {

/// The snapshots of one state folder, in `<state>/v3/corral/snapshots`:
///
///   states/<name>/manifest.json   its contents
///   states/<name>/databases/<n>   complete SQLite files, without a WAL
///   states/<name>/records/<env>   entries of LMDB (records.hpp)
///   states/<name>/values          the list of values
///   states/<name>/restored        signatures of the state after the last restore; may be missing
///   values/<kv|r2>/<folder>/<id>  the values of all snapshots (blob_shelf.hpp)
///   discarded/                    values that a restore removed, still to be deleted
///   restoring                     the name of the snapshot being restored
///   lock                          held while any of this is changed
class LocalStateSnapshots final : public StateSnapshots {
 public:
  /// The environments, `<state>/v3/corral` and its `queues`, must outlive it. `check_interrupt` is called at
  /// intervals; an exception it throws aborts the call. `patience`: how long `recover` waits for another
  /// process.
  LocalStateSnapshots(const std::filesystem::path& state_root, lmdb::Environment& environment,
                      lmdb::Environment& queues, std::function<void()> check_interrupt,
                      std::chrono::milliseconds patience = std::chrono::seconds(15));

  SnapshotInfo save(std::string_view name, const std::vector<StateService>& services, UnixMillis now,
                    bool replace) override;
  RestoreResult restore(std::string_view name) override;
  std::vector<SnapshotInfo> list() override;
  void remove(std::string_view name) override;
  void compare(std::string_view first, const std::optional<std::string>& second,
               const std::function<void(const StateDifference&)>& visit) override;
  void write_archive(std::string_view name, ByteSink& sink) override;
  SnapshotInfo read_archive(std::string_view name, ByteSource& source, std::uint64_t max_bytes) override;
  SnapshotGarbage clean(const std::function<bool(std::string_view name)>& is_left_over,
                        bool dry_run) override;
  bool recover() override;

 private:
  [[nodiscard]] FileLock lock() const;
  [[nodiscard]] std::filesystem::path folder_of(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] Manifest manifest_of(std::string_view name) const;
  [[nodiscard]] std::optional<Manifest> latest() const;
  void check_free(std::string_view name, bool replace) const;
  [[nodiscard]] std::filesystem::path begin_folder() const;
  void publish(const std::filesystem::path& unfinished, std::string_view name) const;
  using NamedMarks = std::map<std::string, wrangler::BlobMarks>;  ///< by folder
  /// The values that snapshots reference; nullopt if any snapshot's references are unknown.
  [[nodiscard]] std::optional<NamedMarks> named_values() const;
  void sweep() const noexcept;
  void flush_states(std::string_view name, std::string_view changed) const;
  /// Only under the lock.
  void finish_interrupted();

  SnapshotLayout layout_;
  LiveState live_;
  std::chrono::milliseconds patience_;
};

/// The snapshot whose restore was interrupted or is running in another process; nullopt if absent. Costs one
/// system call if there is none, so that every command can check. Throws io.
std::optional<std::string> unfinished_restore(const std::filesystem::path& state_root);

/// Throws invalid_input unless it is a valid snapshot name: 1 to 64 letters, digits, '-', '_' and '.', not
/// beginning with '-' or '.'.
void check_snapshot_name(std::string_view name);

}  // namespace corral::snapshots
