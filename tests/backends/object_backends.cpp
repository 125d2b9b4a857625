#include "tests/backends/object_backends.hpp"

#include <utility>

#include "backends/wrangler/r2_backend.hpp"
#include "commands/r2/notifying_store.hpp"
#include "tests/fake_clock.hpp"

namespace corral::testing {

namespace {

const FakeClock fake_clock;

/// Buckets of another backend with rules that ask for every event.
class NotifyingBackend final : public ObjectBackend {
 public:
  explicit NotifyingBackend(std::unique_ptr<ObjectBackend> backend) : backend_(std::move(backend)) {}

  using ObjectBackend::open;
  std::unique_ptr<ObjectStore> open(std::string_view bucket, BucketAccess access) override {
    std::vector<r2::NotificationRule> rules = {{.queue = "events",
                                                .prefix = "",
                                                .suffix = "",
                                                .actions = {"PutObject", "CopyObject", "DeleteObject"}}};
    return r2::notifying_store(backend_->open(bucket, std::move(access)), std::move(rules),
                               r2::DeletionCause::person, fake_clock,
                               [](const std::string&, std::vector<std::string>) {});
  }

  std::vector<std::string> stored_buckets() override { return backend_->stored_buckets(); }
  std::uint64_t drop(std::string_view bucket) override { return backend_->drop(bucket); }

 private:
  std::unique_ptr<ObjectBackend> backend_;
};

}  // namespace

const std::vector<ObjectImplementation>& object_implementations() {
  static const std::vector<ObjectImplementation> all = {
      {"wrangler",
       [](const std::filesystem::path& root) -> std::unique_ptr<ObjectBackend> {
         return std::make_unique<wrangler::WranglerObjectBackend>(root, fake_clock);
       }},
      {"wrangler with notifications",
       [](const std::filesystem::path& root) -> std::unique_ptr<ObjectBackend> {
         return std::make_unique<NotifyingBackend>(
             std::make_unique<wrangler::WranglerObjectBackend>(root, fake_clock));
       }},
  };
  return all;
}

}  // namespace corral::testing
