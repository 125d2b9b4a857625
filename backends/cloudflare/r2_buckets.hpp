#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/r2_buckets.hpp"

namespace corral::cloudflare {

/// The R2 buckets of the account, by the REST API (docs/reference/remote.md).
class AccountR2Buckets final : public R2Buckets {
 public:
  explicit AccountR2Buckets(std::shared_ptr<Session> session) : session_(std::move(session)) {}

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
  [[nodiscard]] bool made_by_first_write() const override { return false; }
  [[nodiscard]] bool acts_on_settings() const override { return true; }
  std::string owner() override;

 private:
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string path_of(const BucketId& bucket) const;
  [[nodiscard]] std::string path_of(const BucketId& bucket, BucketSetting setting) const;
  [[nodiscard]] std::string domain_path(const BucketId& bucket, std::string_view domain) const;
  [[nodiscard]] std::string notification_path(const BucketId& bucket, std::string_view queue);

  std::shared_ptr<Session> session_;
};

}  // namespace corral::cloudflare
