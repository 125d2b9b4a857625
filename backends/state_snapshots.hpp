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
#include "backends/kv_store.hpp"

namespace corral {

/// What a state consists of, each of which can be kept and restored alone.
enum class StateService { kv, d1, r2, queues, durable_objects };

inline constexpr std::array<StateService, 5> state_services = {StateService::kv, StateService::d1,
                                                               StateService::r2, StateService::queues,
                                                               StateService::durable_objects};

/// The stable name: "kv", "d1", "r2", "queues", "do".
std::string_view name_of(StateService service) noexcept;

/// The service of this name; nullopt if there is none.
std::optional<StateService> state_service_of(std::string_view name) noexcept;

/// A kept state. Counts are those of the snapshot, not of the disk: files that snapshots share count in each.
struct SnapshotInfo {
  std::string name;
  UnixMillis created_at = 0;
  std::vector<StateService> services;
  std::uint64_t databases = 0;  ///< SQLite files
  std::uint64_t values = 0;     ///< values of KV keys and bodies of R2 objects
  std::uint64_t bytes = 0;      ///< of all of these
  std::string problem;          ///< why it cannot be read, a sentence; then nothing but its name is known
};

/// What snapshots left behind when they were cut short, and nobody needs.
struct SnapshotGarbage {
  std::uint64_t snapshots = 0;  ///< those of commands that were killed
  std::uint64_t files = 0;      ///< of these and of unfinished ones, values that no snapshot names, and the
                                ///< copies that older versions took before they changed a D1 database
  std::uint64_t bytes = 0;
};

/// What a restore had to do.
struct RestoreResult {
  std::uint64_t databases = 0;  ///< SQLite files that were not as the snapshot has them
  std::uint64_t values = 0;     ///< values and bodies that had to be put back
  std::uint64_t records = 0;    ///< entries of LMDB that were not as the snapshot has them
  [[nodiscard]] bool changed() const { return databases + values + records != 0; }
};

/// One thing that two states do not have in common.
struct StateDifference {
  enum class Change { added, removed, changed };

  StateService service{};
  /// Where it is: a database file as "d1/miniflare-D1DatabaseObject/<id>.sqlite", the id of a KV namespace of
  /// `--backend lmdb`, or the name of a queue.
  std::string place;
  std::string what;   ///< "key", "object", "upload", "row", "schema", "alarm", "message", "queue", "resource"
  std::string table;  ///< of a row: its table
  std::string item;   ///< the key, the row's key, the message's id, ...
  Change change{};    ///< from the first state to the second
  std::vector<std::string> fields;  ///< of a change: what differs ("value", "metadata", a column)
};

std::string_view name_of(StateDifference::Change change) noexcept;

/// What the name of a snapshot begins with that a command takes for itself, for as long as it runs. No name
/// that a person would choose does: `StateSnapshots::clean` may remove such snapshots.
inline constexpr char temporary_snapshot_mark = '~';

/// Whole states of one state folder, kept under a name in `<state>/v3/corral/snapshots/states`. What belongs
/// to a state: the SQLite files and blobs of KV, D1, R2 and Durable Objects, the resources made locally, the
/// KV of `--backend lmdb`, the records of migrations, and the queues with their messages. What is remembered
/// about it does not: the log of `d1 insights`, snapshots, bookmarks.
///
/// One moment: a snapshot holds what one moment held, over all services, also while others write; it locks
/// nobody out. Durable: what `save` returned for is on the disk. Atomic: a save, an import or a removal that
/// was cut short leaves nothing that counts. A restore writes down what it is about to do; if a crash or an
/// error cuts it short, who opens the state next calls `recover`, so that it is the old or the new one.
///
/// One process at a time changes snapshots; others wait for it. Errors: not_found and conflict for names,
/// invalid_input for a name that cannot be one, corrupt for damaged snapshots and archives, unavailable for
/// those of a newer corral, busy where the state is written to without pause, io. Nothing has changed then.
class StateSnapshots {
 public:
  virtual ~StateSnapshots() = default;

  /// Keeps the state as it is. Unchanged files are shared with the latest snapshot, values with the state
  /// itself, where the file system can (a value is never changed once it is written). With `replace` a
  /// snapshot of that name is replaced at the end, else it is a conflict.
  virtual SnapshotInfo save(std::string_view name, const std::vector<StateService>& services, UnixMillis now,
                            bool replace) = 0;

  /// Makes the state what the snapshot holds, in its services: the content, never the files, which others may
  /// have open. Databases that it does not have are emptied. An error on the way says what it leaves.
  virtual RestoreResult restore(std::string_view name) = 0;

  /// By time, the oldest first. Those that cannot be read are named, with the problem.
  virtual std::vector<SnapshotInfo> list() = 0;

  virtual void remove(std::string_view name) = 0;

  /// Calls `visit` for each difference, in order of services and places, until it has seen all. `second`
  /// nullopt: the state as it is. Only services that both hold are compared.
  virtual void compare(std::string_view first, const std::optional<std::string>& second,
                       const std::function<void(const StateDifference&)>& visit) = 0;

  /// Writes a snapshot as a zstd-compressed tar archive.
  virtual void write_archive(std::string_view name, ByteSink& sink) = 0;

  /// Keeps what an archive holds as a snapshot. Everything is checked before the snapshot exists: names,
  /// types, sizes, hashes, `max_bytes` in all, every database's pages.
  virtual SnapshotInfo read_archive(std::string_view name, ByteSource& source, std::uint64_t max_bytes) = 0;

  /// Removes what nobody needs of what was cut short, and the snapshots that `is_left_over` says so of.
  /// `dry_run`: counts only.
  virtual SnapshotGarbage clean(const std::function<bool(std::string_view name)>& is_left_over,
                                bool dry_run) = 0;

  /// Finishes a restore that was cut short; true if there was one. Waits 15 s for one under way, then: busy.
  virtual bool recover() = 0;
};

}  // namespace corral
