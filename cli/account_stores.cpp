#include "cli/account_stores.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/cloudflare/d1_backend.hpp"
#include "backends/cloudflare/d1_databases.hpp"
#include "backends/cloudflare/durable_objects.hpp"
#include "backends/cloudflare/kv_namespaces.hpp"
#include "backends/cloudflare/kv_store.hpp"
#include "backends/cloudflare/message_queue.hpp"
#include "backends/cloudflare/object_backend.hpp"
#include "backends/cloudflare/queue_definitions.hpp"
#include "backends/cloudflare/r2_buckets.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/d1_backend.hpp"
#include "cli/cloudflare_session.hpp"
#include "migrations/no_records.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

Error not_in_an_account(std::string_view what) {
  return {ErrorKind::unavailable, fmt::format("{} not available with --remote", what),
          "leave --remote out, or use wrangler for what the account holds"};
}

std::unique_ptr<SqlDatabase> make_scratch(const SqlOpenOptions& options) {
  return wrangler::WranglerD1Backend(fs::path()).scratch(options);
}

class AccountStores final : public Stores {
 public:
  explicit AccountStores(const std::shared_ptr<cloudflare::Session>& session)
      : d1_(session, make_scratch),
        d1_databases_(session),
        durable_objects_(session),
        kv_(session),
        kv_namespaces_(session),
        queue_definitions_(session),
        queues_(session, queue_definitions_),
        r2_(session),
        r2_buckets_(session) {}

  KvBackend& kv() override { return kv_; }
  KvNamespaces& kv_namespaces() override { return kv_namespaces_; }
  std::vector<std::pair<std::string_view, KvBackend*>> kv_backends() override {
    return {{"cloudflare", &kv_}};
  }

  [[nodiscard]] const fs::path& state_root() const override {
    throw not_in_an_account("the state folder is");
  }
  SqlBackend& d1() override { return d1_; }
  D1Databases& d1_databases() override { return d1_databases_; }
  ObjectBackend& r2() override { return r2_; }
  R2Buckets& r2_buckets() override { return r2_buckets_; }
  QueueBackend& queues() override { return queues_; }
  QueueDefinitions& queue_definitions() override { return queue_definitions_; }
  DurableObjectBackend& durable_objects() override { return durable_objects_; }
  Registry& registry() override { throw not_in_an_account("the registry of local resources is"); }
  MigrationRecords& migration_records() override { return migration_records_; }
  AccessKeys& access_keys() override { throw not_in_an_account("the keys of 'corral serve' are"); }
  StateSnapshots& snapshots() override { throw not_in_an_account("snapshots are"); }
  StateCare& care() override { throw not_in_an_account("care of the state folder is"); }
  BookmarkStore* bookmarks() override { return nullptr; }
  InsightLog* insights() override { return nullptr; }
  std::unique_ptr<Stores> for_thread() override { throw not_in_an_account("serving is"); }
  [[nodiscard]] fs::path file_of(ResourceKind /*kind*/, std::string_view /*id*/) const override {
    throw not_in_an_account("a file of a resource is");
  }
  [[nodiscard]] fs::path folder_of_class(std::string_view /*script*/,
                                         std::string_view /*class_name*/) const override {
    throw not_in_an_account("a folder of a class is");
  }

 private:
  cloudflare::AccountSqlBackend d1_;
  cloudflare::AccountD1Databases d1_databases_;
  migrations::NoMigrationRecords migration_records_;
  cloudflare::AccountDurableObjects durable_objects_;
  cloudflare::AccountKvBackend kv_;
  cloudflare::AccountKvNamespaces kv_namespaces_;
  cloudflare::AccountQueues queue_definitions_;
  cloudflare::AccountQueueBackend queues_;
  cloudflare::AccountObjectBackend r2_;
  cloudflare::AccountR2Buckets r2_buckets_;
};

}  // namespace

std::unique_ptr<Stores> open_account_stores(Context& context, const ProjectRequest& request,
                                            const Environment& environment) {
  return std::make_unique<AccountStores>(open_cloudflare_session(context, request, environment));
}

}  // namespace corral
