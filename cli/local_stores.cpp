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
#include "backends/files/access_file.hpp"
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

/// What a state folder is opened with.
struct LocalSettings {
  fs::path state_root;
  std::string kv_backend;
  bool keeps_insights = true;
  bool queues_wait_for_disk = true;
  bool travels_in_time = true;
  std::optional<std::string> serve_token = {};
};

/// What a process may open only once, so that its threads share it: LMDB's environments.
struct LocalEnvironments {
  explicit LocalEnvironments(const LocalSettings& settings)
      : main(CorralLayout(settings.state_root).main_environment()),
        queues(CorralLayout(settings.state_root).queues(), settings.queues_wait_for_disk
                                                               ? lmdb::Environment::Flush::always
                                                               : lmdb::Environment::Flush::never),
        bookmarks(CorralLayout(settings.state_root).time_travel()) {}
  lmdb::Environment main;
  lmdb::Environment queues;
  lmdb::LmdbBookmarkStore bookmarks;
};

class LocalStores final : public Stores {
 public:
  LocalStores(LocalSettings settings, std::shared_ptr<LocalEnvironments> environments, const Clock& clock)
      : settings_(std::move(settings)),
        environments_(std::move(environments)),
        clock_(clock),
        layout_(settings_.state_root),
        registry_(environments_->main),
        migration_records_(environments_->main),
        wrangler_kv_(settings_.state_root, clock),
        lmdb_kv_(environments_->main),
        kv_namespaces_(registry_, {{"wrangler", &wrangler_kv_}, {"lmdb", &lmdb_kv_}}, clock),
        wrangler_d1_(settings_.state_root),
        d1_databases_(registry_, wrangler_d1_, settings_.keeps_insights ? &insights_ : nullptr, layout_,
                      clock),
        wrangler_r2_(settings_.state_root, clock),
        r2_buckets_(registry_, wrangler_r2_, clock),
        durable_objects_(settings_.state_root),
        queues_(environments_->queues),
        queue_definitions_(registry_, queues_, clock),
        access_keys_(layout_.access(), layout_.access_lock(), settings_.serve_token),
        care_(settings_.state_root),
        insights_(layout_.insights()),
        snapshots_(settings_.state_root, environments_->main, environments_->queues, throw_if_interrupted) {}

  [[nodiscard]] const fs::path& state_root() const override { return settings_.state_root; }
  KvBackend& kv() override {
    for (const auto& [name, backend] : kv_backends()) {
      if (name == settings_.kv_backend) return *backend;
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
  AccessKeys& access_keys() override { return access_keys_; }
  StateSnapshots& snapshots() override { return snapshots_; }
  BookmarkStore* bookmarks() override {
    return settings_.travels_in_time ? &environments_->bookmarks : nullptr;
  }
  StateCare& care() override { return care_; }
  InsightLog* insights() override { return settings_.keeps_insights ? &insights_ : nullptr; }

  std::unique_ptr<Stores> for_thread() override {
    return std::make_unique<LocalStores>(settings_, environments_, clock_);
  }

  [[nodiscard]] fs::path file_of(ResourceKind kind, std::string_view id) const override {
    switch (kind) {
      case ResourceKind::kv_namespace: return wrangler::kv_database_file(settings_.state_root, id);
      case ResourceKind::d1_database: return wrangler::d1_database_file(settings_.state_root, id);
      case ResourceKind::r2_bucket: return wrangler::r2_database_file(settings_.state_root, id);
      case ResourceKind::queue: return CorralLayout::data_of(environments_->queues.folder());
    }
    return {};
  }
  [[nodiscard]] fs::path folder_of_class(std::string_view script,
                                         std::string_view class_name) const override {
    return wrangler::durable_object_folder(settings_.state_root, script, class_name);
  }

 private:
  LocalSettings settings_;
  std::shared_ptr<LocalEnvironments> environments_;
  const Clock& clock_;
  CorralLayout layout_;
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
  lmdb::LmdbQueueBackend queues_;
  RegisteredQueues queue_definitions_;
  AccessFile access_keys_;
  wrangler::WranglerStateCare care_;
  InsightJournal insights_;
  snapshots::LocalStateSnapshots snapshots_;
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
  LocalSettings settings{
      .state_root = nofollow::resolved_root(find_state_root(options, project, environment)),
      .kv_backend = kv_backend_of(options, environment),
      .keeps_insights = keeps_insights(environment),
      // off: faster, and a power loss can cost all messages
      .queues_wait_for_disk = is_on(environment, "CORRAL_QUEUE_SYNC"),
      .travels_in_time = is_on(environment, "CORRAL_TIME_TRAVEL"),
      .serve_token = environment.get("CORRAL_SERVE_TOKEN")};
  if (settings.serve_token && settings.serve_token->empty()) settings.serve_token.reset();
  auto environments = std::make_shared<LocalEnvironments>(settings);
  return std::make_unique<LocalStores>(std::move(settings), std::move(environments), clock);
}

}  // namespace corral
