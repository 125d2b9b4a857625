#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The R2 buckets of the account. A bucket has to be created before it is written to.
class AccountObjectBackend final : public ObjectBackend {
 public:
  explicit AccountObjectBackend(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  using ObjectBackend::open;
  std::unique_ptr<ObjectStore> open(std::string_view bucket, BucketAccess access) override;

  /// Those without a jurisdiction.
  std::vector<std::string> stored_buckets() override;
  std::uint64_t drop(std::string_view bucket) override;
  [[nodiscard]] bool made_by_first_write() const override { return false; }
  std::string owner() override;

 private:
  std::shared_ptr<Session> session_;
};

}  // namespace corral::cloudflare
