#include "cli/local_stores.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/corral_layout.hpp"
#include "backends/error.hpp"
#include "backends/files/insight_journal.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/lmdb/bookmark_store.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/kv_store.hpp"
#include "backends/lmdb/migration_records.hpp"
#include "backends/lmdb/queue_backend.hpp"
#include "backends/lmdb/registry.hpp"
#include "backends/registered/d1_databases.hpp"
#include "backends/registered/kv_namespaces.hpp"
#include "backends/registered/queue_definitions.hpp"
#include "backends/registered/r2_buckets.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/wrangler/d1_backend.hpp"
#include "backends/wrangler/do_backend.hpp"
#include "backends/wrangler/kv_backend.hpp"
#include "backends/wrangler/r2_backend.hpp"
#include "backends/wrangler/state_care.hpp"
#include "backends/wrangler/state_layout.hpp"
#include "cli/interrupt.hpp"
#include "cli/misplaced_state.hpp"
#include "commands/command/state_options.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

class LocalStores final : public Stores {
 public:
  LocalStores(fs::path state_root, const Clock& clock, std::string kv_backend, bool keeps_insights,
              bool queues_wait_for_disk, bool travels_in_time)
      : state_root_(std::move(state_root)),
        layout_(state_root_),
        environment_(layout_.main_environment()),
        registry_(environment_),
        migration_records_(environment_),
        wrangler_kv_(state_root_, clock),
        lmdb_kv_(environment_),
        kv_namespaces_(registry_, {{"wrangler", &wrangler_kv_}, {"lmdb", &lmdb_kv_}}, clock),
        wrangler_d1_(state_root_),
        d1_databases_(registry_, wrangler_d1_, keeps_insights ? &insights_ : nullptr, layout_, clock),
        wrangler_r2_(state_root_, clock),
        r2_buckets_(registry_, wrangler_r2_, clock),
        durable_objects_(state_root_),
        queue_environment_(layout_.queues(), queues_wait_for_disk ? lmdb::Environment::Flush::always
                                                                  : lmdb::Environment::Flush::never),
        queues_(queue_environment_),
        queue_definitions_(registry_, queues_, clock),
        bookmarks_(layout_.time_travel()),
        care_(state_root_),
        insights_(layout_.insights()),
        snapshots_(state_root_, environment_, queue_environment_, throw_if_interrupted),
        keeps_insights_(keeps_insights),
        travels_in_time_(travels_in_time),
        kv_backend_(std::move(kv_backend)) {}

  [[nodiscard]] const fs::path& state_root() const override { return state_root_; }
  KvBackend& kv() override {
    for (const auto& [name, backend] : kv_backends()) {
      if (name == kv_backend_) return *backend;
    }
    return wrangler_kv_;
  }
  std::vector<std::pair<std::string_view, KvBackend*>> kv_backends() override {
    return {{"wrangler", &wrangler_kv_}, {"lmdb", &lmdb_kv_}};
  }
  KvNamespaces& kv_namespaces() override { return kv_namespaces_; }
  SqlBackend& d1() override { return wrangler_d1_; }
  D1Databases& d1_databases() override { return d1_databases_; }
  ObjectBackend& r2() override { return wrangler_r2_; }
  R2Buckets& r2_buckets() override { return r2_buckets_; }
  DurableObjectBackend& durable_objects() override { return durable_objects_; }
  QueueBackend& queues() override { return queues_; }
  QueueDefinitions& queue_definitions() override { return queue_definitions_; }
  Registry& registry() override { return registry_; }
  MigrationRecords& migration_records() override { return migration_records_; }
  StateSnapshots& snapshots() override { return snapshots_; }
  BookmarkStore* bookmarks() override { return travels_in_time_ ? &bookmarks_ : nullptr; }
  StateCare& care() override { return care_; }
  InsightLog* insights() override { return keeps_insights_ ? &insights_ : nullptr; }

  [[nodiscard]] fs::path file_of(ResourceKind kind, std::string_view id) const override {
    switch (kind) {
      case ResourceKind::kv_namespace: return wrangler::kv_database_file(state_root_, id);
      case ResourceKind::d1_database: return wrangler::d1_database_file(state_root_, id);
      case ResourceKind::r2_bucket: return wrangler::r2_database_file(state_root_, id);
      case ResourceKind::queue: return CorralLayout::data_of(queue_environment_.folder());
    }
    return {};
  }
  [[nodiscard]] fs::path folder_of_class(std::string_view script,
                                         std::string_view class_name) const override {
    return wrangler::durable_object_folder(state_root_, script, class_name);
  }

 private:
  fs::path state_root_;
  CorralLayout layout_;
  lmdb::Environment environment_;
  lmdb::LmdbRegistry registry_;
  lmdb::LmdbMigrationRecords migration_records_;
  wrangler::WranglerKvBackend wrangler_kv_;
  lmdb::LmdbKvBackend lmdb_kv_;
  RegisteredKvNamespaces kv_namespaces_;
  wrangler::WranglerD1Backend wrangler_d1_;
  RegisteredD1Databases d1_databases_;
  wrangler::WranglerObjectBackend wrangler_r2_;
  RegisteredR2Buckets r2_buckets_;
  wrangler::WranglerDurableObjects durable_objects_;
  lmdb::Environment queue_environment_;
  lmdb::LmdbQueueBackend queues_;
  RegisteredQueues queue_definitions_;
  lmdb::LmdbBookmarkStore bookmarks_;
  wrangler::WranglerStateCare care_;
  InsightJournal insights_;
  snapshots::LocalStateSnapshots snapshots_;
  bool keeps_insights_;
  bool travels_in_time_;
  std::string kv_backend_;
};

fs::path checked_root(const std::string& folder, std::string_view lead) {
  fs::path root = fs::absolute(folder);
  refuse_misplaced_state(root, std::string(lead) + folder);
  return root;
}

fs::path find_state_root(const StateOptions& options, ProjectSource& project,
                         const Environment& environment) {
  if (options.persist_to) {
    if (options.persist_to->empty()) throw Error(ErrorKind::usage, "--persist-to needs the name of a folder");
    return checked_root(*options.persist_to, "--persist-to ");
  }
  if (const auto state = environment.get("CORRAL_STATE"); state && !state->empty())
    return checked_root(*state, "CORRAL_STATE=");
  return project.folder() / ".wrangler" / "state";
}

std::string kv_backend_of(const StateOptions& options, const Environment& environment) {
  std::string name(kv_backend_names.front());
  if (options.backend) {
    name = *options.backend;
  } else if (const auto variable = environment.get("CORRAL_BACKEND"); variable && !variable->empty()) {
    name = *variable;
  }
  if (std::find(kv_backend_names.begin(), kv_backend_names.end(), name) == kv_backend_names.end()) {
    throw Error(ErrorKind::usage, fmt::format("CORRAL_BACKEND is \"{}\", but must be one of {}", shown(name),
                                              fmt::join(kv_backend_names, ", ")));
  }
  return name;
}

bool keeps_insights(const Environment& environment) {
  const auto off = environment.get("CORRAL_NO_INSIGHTS");
  return !off || off->empty() || *off == "0";
}

/// A variable that is "on", or "off"; on if it is not set.
bool is_on(const Environment& environment, const char* variable) {
  const auto value = environment.get(variable);
  if (!value || value->empty() || *value == "on") return true;
  if (*value == "off") return false;
  throw Error(ErrorKind::usage, fmt::format("{} is \"{}\"; there are on and off", variable, shown(*value)));
}

}  // namespace

std::unique_ptr<Stores> open_local_stores(const StateOptions& options, ProjectSource& project,
                                          const Environment& environment, const Clock& clock) {
  return std::make_unique<LocalStores>(
      nofollow::resolved_root(find_state_root(options, project, environment)), clock,
      kv_backend_of(options, environment), keeps_insights(environment),
      // off: faster, and a power loss can cost all messages
      is_on(environment, "CORRAL_QUEUE_SYNC"), is_on(environment, "CORRAL_TIME_TRAVEL"));
}

}  // namespace corral
