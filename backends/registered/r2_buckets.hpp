#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "backends/clock.hpp"
#include "backends/object_store.hpp"
#include "backends/r2_buckets.hpp"
#include "backends/registry.hpp"

namespace corral {

/// The buckets of a state folder: the registry has the settings of those that were created or configured
/// here, the object backend knows those that have storage. A bucket that is in neither can be given
/// settings, too: it may be in a config.
class RegisteredR2Buckets final : public R2Buckets {
 public:
  /// All must outlive it.
  RegisteredR2Buckets(Registry& registry, ObjectBackend& objects, const Clock& clock)
      : registry_(registry), objects_(objects), clock_(clock) {}

  std::vector<R2Bucket> list(const std::optional<std::string>& jurisdiction) override;
  std::string create(const NewR2Bucket& wanted) override;
  bool remove(const BucketId& bucket) override;
  R2BucketDetails details(const BucketId& bucket) override;
  void set_storage_class(const BucketId& bucket, std::string_view storage_class) override;
  std::optional<std::string> read(const BucketId& bucket, BucketSetting setting) override;
  bool replace(const BucketId& bucket, BucketSetting setting, const std::string& json,
               CatalogCare care) override;
  bool edit(const BucketId& bucket, BucketSetting setting, const Edit& edit, CatalogCare care) override;
  bool erase(const BucketId& bucket, BucketSetting setting) override;
  void connect_domain(const BucketId& bucket, const NewBucketDomain& domain) override;
  std::string connected_domain(const BucketId& bucket, std::string_view domain) override;
  void change_domain(const BucketId& bucket, std::string_view domain,
                     const std::optional<std::string>& min_tls) override;
  void disconnect_domain(const BucketId& bucket, std::string_view domain) override;
  std::string notify(const BucketId& bucket, const NewNotification& wanted) override;
  void stop_notifying(const BucketId& bucket, std::string_view queue,
                      const std::optional<std::string>& rule) override;
  [[nodiscard]] bool made_by_first_write() const override { return true; }
  [[nodiscard]] bool acts_on_settings() const override { return false; }
  std::string owner() override { return {}; }

 private:
  nlohmann::ordered_json settings(std::string_view name);
  void edit_settings(std::string_view name, const std::function<void(nlohmann::ordered_json&)>& edit);

  Registry& registry_;
  ObjectBackend& objects_;
  const Clock& clock_;
};

}  // namespace corral
