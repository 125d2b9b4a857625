#pragma once

#include <filesystem>
#include <memory>
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

class AccessKeys;
class BookmarkStore;
class D1Databases;
class Identity;
class KvNamespaces;
class QueueDefinitions;
class R2Buckets;
class StateCare;

namespace http {
class Client;
struct ClientSettings;
}  // namespace http

/// How a command line chose its state; what is not given comes from the environment and the defaults.
struct StateOptions {
  bool local = false;                     ///< --local: overrides CORRAL_REMOTE
  bool remote = false;                    ///< --remote: the account instead of a state folder
  bool takes_remote = false;              ///< the command works on an account, too
  std::optional<std::string> persist_to;  ///< --persist-to: replaces `<project>/.wrangler/state`
  std::optional<std::string> backend;     ///< --backend: "wrangler" or "lmdb" (default: CORRAL_BACKEND)
};

/// The stores of one state folder, or of an account, each opened on first use. Those that an account does not
/// have throw unavailable.
class Stores {
 public:
  virtual ~Stores() = default;

  /// The folder that holds `v3`: `<project>/.wrangler/state`, --persist-to or CORRAL_STATE.
  [[nodiscard]] virtual const std::filesystem::path& state_root() const = 0;

  /// The selected KV backend: --backend, then CORRAL_BACKEND, then "wrangler".
  virtual KvBackend& kv() = 0;

  /// The KV namespaces, whatever backend their entries are on.
  virtual KvNamespaces& kv_namespaces() = 0;

  /// All KV backends by name, selected or not.
  virtual std::vector<std::pair<std::string_view, KvBackend*>> kv_backends() = 0;

  /// The contents of the D1 databases.
  virtual SqlBackend& d1() = 0;

  /// The D1 databases themselves.
  virtual D1Databases& d1_databases() = 0;

  /// The objects of R2 buckets.
  virtual ObjectBackend& r2() = 0;

  /// The R2 buckets with their settings.
  virtual R2Buckets& r2_buckets() = 0;

  /// The queues' messages.
  virtual QueueBackend& queues() = 0;

  /// The queues themselves, as far as they were created; the config may name more.
  virtual QueueDefinitions& queue_definitions() = 0;

  virtual Registry& registry() = 0;

  /// corral's records of the migrations it applied.
  virtual MigrationRecords& migration_records() = 0;

  /// The log of SQL run here; nullptr if disabled (CORRAL_NO_INSIGHTS).
  virtual InsightLog* insights() = 0;

  /// Path of the file that holds a resource, which need not exist yet: in wrangler's layout, or the one
  /// shared by all queues. `id`: the resource's id in the local state (docs/reference/config.md).
  [[nodiscard]] virtual std::filesystem::path file_of(ResourceKind kind, std::string_view id) const = 0;

  /// The folder that holds the objects of a Durable Object class.
  [[nodiscard]] virtual std::filesystem::path folder_of_class(std::string_view script,
                                                              std::string_view class_name) const = 0;

  /// The Durable Objects.
  virtual DurableObjectBackend& durable_objects() = 0;

  /// Who may use the state through `corral serve`.
  virtual AccessKeys& access_keys() = 0;

  /// Named snapshots of the whole state.
  virtual StateSnapshots& snapshots() = 0;

  /// D1's time travel bookmarks; nullptr if disabled (CORRAL_TIME_TRAVEL=off).
  virtual BookmarkStore* bookmarks() = 0;

  /// Maintenance of the state folder across services.
  virtual StateCare& care() = 0;

  /// The same stores for another thread: it opens its own files, and shares what a process may open only
  /// once. A store, and what it returned, belongs to one thread at a time. Throws unavailable for an account.
  virtual std::unique_ptr<Stores> for_thread() = 0;
};

/// Everything a command may access of its environment.
class Context {
 public:
  virtual ~Context() = default;

  virtual ProjectSource& project() = 0;
  virtual Output& out() = 0;
  virtual Input& in() = 0;
  virtual const Clock& clock() = 0;

  /// The stores that the options select: of the state folder or, with `remote`, of the account. A run has one
  /// of each at most, and both if it asks for both: later calls return what the first one opened.
  virtual Stores& stores(const StateOptions& options) = 0;

  /// An HTTP client (backends/http/client.hpp) in corral's name. Touches nothing before its first request.
  virtual std::unique_ptr<http::Client> http_client(http::ClientSettings settings) = 0;

  /// Who this run is for Cloudflare's API (backends/identity.hpp).
  virtual Identity& identity() = 0;

  /// Throws Error (interrupted) once SIGINT or SIGTERM has arrived. Long loops call it between items;
  /// thread-safe.
  virtual void check_interrupt() = 0;

  /// A context for another thread of a program that answers requests: the same run, with stores of its own on
  /// the state of `stores`, which must be open, and a Project of its own. It says what it has to say to
  /// `out`. It must not outlive this one.
  virtual std::unique_ptr<Context> for_thread(Output& out) = 0;
};

}  // namespace corral
