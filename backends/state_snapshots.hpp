#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"

namespace corral {

/// The services that make up a state, each of which can be saved and restored on its own.
enum class StateService { kv, d1, r2, queues, durable_objects };

inline constexpr std::array<StateService, 5> state_services = {StateService::kv, StateService::d1,
                                                               StateService::r2, StateService::queues,
                                                               StateService::durable_objects};

/// The stable name: "kv", "d1", "r2", "queues", "do".
std::string_view name_of(StateService service) noexcept;

/// The service of this name; nullopt if there is none.
std::optional<StateService> state_service_of(std::string_view name) noexcept;

/// A saved state. Counts are logical, not disk usage: files shared between snapshots count in each.
struct SnapshotInfo {
  std::string name;
  UnixMillis created_at = 0;
  std::vector<StateService> services;
  std::uint64_t databases = 0;  ///< SQLite files
  std::uint64_t values = 0;     ///< blobs: KV values and R2 bodies
  std::uint64_t bytes = 0;      ///< total size of both
  std::string problem;          ///< why it cannot be read, as a sentence; if set, only its name is known
};

/// Leftovers of interrupted snapshots.
struct SnapshotGarbage {
  std::uint64_t snapshots = 0;  ///< temporary snapshots of killed commands
  std::uint64_t files = 0;  ///< their files and those of unfinished snapshots, unreferenced blobs, and the
                            ///< backups that older versions took before changing a D1 database
  std::uint64_t bytes = 0;
};

/// What a restore changed.
struct RestoreResult {
  std::uint64_t databases = 0;  ///< SQLite files that differed from the snapshot
  std::uint64_t values = 0;     ///< blobs that had to be restored
  std::uint64_t records = 0;    ///< LMDB entries that differed from the snapshot
  [[nodiscard]] bool changed() const { return databases + values + records != 0; }
};

/// One difference between two states.
struct StateDifference {
  enum class Change { added, removed, changed };

  StateService service{};
  /// Where it is: a database file as "d1/miniflare-D1DatabaseObject/<id>.sqlite", the id of a KV namespace of
  /// `--backend lmdb`, or the name of a queue.
  std::string place;
  std::string what;   ///< "key", "object", "upload", "row", "schema", "alarm", "message", "queue", "resource"
  std::string table;  ///< the table, for a row
  std::string item;   ///< the key, the row's key, the message's id, ...
  Change change{};    ///< from the first state to the second
  std::vector<std::string> fields;  ///< for a change: what differs ("value", "metadata", a column)
};

std::string_view name_of(StateDifference::Change change) noexcept;

/// Prefix of the names of temporary snapshots, which a command takes for its own use while it runs.
/// `StateSnapshots::clean` may remove them, so user-chosen names do not start with it.
inline constexpr char temporary_snapshot_mark = '~';

/// Named snapshots of the whole state, stored in `<state>/v3/corral/snapshots/states`. A state comprises the
/// SQLite files and blobs of KV, D1, R2 and Durable Objects, the locally created resources, the KV data of
/// `--backend lmdb`, migration records, and queues with their messages. It excludes the `d1 insights` log,
/// snapshots and bookmarks.
///
/// Consistent: a snapshot captures one point in time across all services, even while others write, without
/// locking them out. Durable: a snapshot is on disk when `save` returns. Atomic: an interrupted save, import
/// or removal has no effect. A restore first records its intent; if a crash or error interrupts it, the next
/// process to open the state calls `recover`, which leads to either the old or the new state.
///
/// Only one process at a time changes snapshots; others wait. Errors, after which nothing has changed:
/// not_found and conflict for names, invalid_input for a malformed name, corrupt for damaged snapshots and
/// archives, unavailable for those written by a newer corral, busy if the state is being written to
/// continuously, io.
class StateSnapshots {
 public:
  virtual ~StateSnapshots() = default;

  /// Saves the current state. Where the file system supports it, unchanged files are shared with the latest
  /// snapshot, and blobs (which are immutable) with the state itself. If the name exists, `replace` swaps in
  /// the new snapshot at the end; otherwise throws conflict.
  virtual SnapshotInfo save(std::string_view name, const std::vector<StateService>& services, UnixMillis now,
                            bool replace) = 0;

  /// Restores the state to the snapshot, for the services it contains. Replaces content, never the files
  /// themselves, which others may have open. Databases not in the snapshot are emptied. The error of an
  /// interrupted restore says what state it left.
  virtual RestoreResult restore(std::string_view name) = 0;

  /// By time, oldest first. Unreadable snapshots are included, with their problem.
  virtual std::vector<SnapshotInfo> list() = 0;

  virtual void remove(std::string_view name) = 0;

  /// Calls `visit` for each difference, in order of services and places, until all have been visited.
  /// `second` nullopt: the current state. Only services present in both are compared.
  virtual void compare(std::string_view first, const std::optional<std::string>& second,
                       const std::function<void(const StateDifference&)>& visit) = 0;

  /// Writes a snapshot as a zstd-compressed tar archive.
  virtual void write_archive(std::string_view name, ByteSink& sink) = 0;

  /// Imports an archive as a snapshot. Everything is validated before the snapshot exists: names, types,
  /// sizes, hashes, the total against `max_bytes`, every database's pages.
  virtual SnapshotInfo read_archive(std::string_view name, ByteSource& source, std::uint64_t max_bytes) = 0;

  /// Removes leftovers of interrupted operations, and the snapshots for which `is_left_over` returns true.
  /// `dry_run`: counts only.
  virtual SnapshotGarbage clean(const std::function<bool(std::string_view name)>& is_left_over,
                                bool dry_run) = 0;

  /// Completes an interrupted restore; true if there was one. Waits up to 15 s for a running restore, then
  /// throws busy.
  virtual bool recover() = 0;
};

}  // namespace corral
