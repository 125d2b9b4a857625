#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/clock.hpp"
#include "backends/durable_objects.hpp"
#include "backends/insight_log.hpp"
#include "backends/kv_store.hpp"
#include "backends/message_queue.hpp"
#include "backends/migration_records.hpp"
#include "backends/object_store.hpp"
#include "backends/registry.hpp"
#include "backends/sql_database.hpp"
#include "backends/state_snapshots.hpp"
#include "commands/command/input.hpp"
#include "commands/command/output.hpp"
#include "commands/command/project.hpp"

namespace corral {

class BookmarkStore;
class StateCare;

/// How a command line chose its state; what is not given comes from the environment and the defaults.
struct StateOptions {
  bool local = false;                     ///< --local: nothing changes
  bool remote = false;                    ///< --remote: refused
  std::optional<std::string> persist_to;  ///< --persist-to: replaces `<project>/.wrangler/state`
  std::optional<std::string> backend;     ///< --backend: "wrangler" or "lmdb" (else CORRAL_BACKEND)
};

/// The stores of one state folder, each opened when first asked for.
class Stores {
 public:
  virtual ~Stores() = default;

  /// The folder that holds `v3`: `<project>/.wrangler/state`, --persist-to or CORRAL_STATE.
  [[nodiscard]] virtual const std::filesystem::path& state_root() const = 0;

  /// The KV backend in use: the --backend option, else CORRAL_BACKEND, else "wrangler".
  virtual KvBackend& kv() = 0;

  /// Every KV backend by name, the one in use or not.
  virtual std::vector<std::pair<std::string_view, KvBackend*>> kv_backends() = 0;

  /// The D1 databases.
  virtual SqlBackend& d1() = 0;

  /// The R2 buckets.
  virtual ObjectBackend& r2() = 0;

  /// The queues' messages; what the queues are is in the registry and the config.
  virtual QueueBackend& queues() = 0;

  virtual Registry& registry() = 0;

  /// What corral remembers of the migrations that it applied.
  virtual MigrationRecords& migration_records() = 0;

  /// What SQL was run here; nullptr if that is not kept (CORRAL_NO_INSIGHTS).
  virtual InsightLog* insights() = 0;

  /// The file that holds a resource, whether it exists yet or not: of wrangler's layout, or the one that all
  /// queues share. `id`: as the local state names it (docs/reference/config.md).
  [[nodiscard]] virtual std::filesystem::path file_of(ResourceKind kind, std::string_view id) const = 0;

  /// The folder that holds the objects of a Durable Object class.
  [[nodiscard]] virtual std::filesystem::path folder_of_class(std::string_view script,
                                                              std::string_view class_name) const = 0;

  /// The Durable Objects.
  virtual DurableObjectBackend& durable_objects() = 0;

  /// Whole states, kept under names.
  virtual StateSnapshots& snapshots() = 0;

  /// What D1's time travel goes back to; nullptr if nothing is kept (CORRAL_TIME_TRAVEL=off).
  virtual BookmarkStore* bookmarks() = 0;

  /// What lies in the state folder, whichever service it belongs to.
  virtual StateCare& care() = 0;
};

/// What a command may touch: nothing else of the world is its business.
class Context {
 public:
  virtual ~Context() = default;

  virtual ProjectSource& project() = 0;
  virtual Output& out() = 0;
  virtual Input& in() = 0;
  virtual const Clock& clock() = 0;

  /// The stores of the state folder that the options name. One state root a run: later calls return
  /// what the first opened.
  virtual Stores& stores(const StateOptions& options) = 0;

  /// Throws Error (interrupted) once SIGINT or SIGTERM has arrived. Long loops call it between items, in any
  /// thread.
  virtual void check_interrupt() = 0;
};

}  // namespace corral
