#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/clock.hpp"
#include "backends/object_store.hpp"

namespace corral::wrangler {

/// The R2 buckets in the state folder of `wrangler dev`. On disk, a bucket's name appears only as the name of
/// its blob folder, so stored_buckets() finds only names that are safe folder names unchanged, as all names
/// allowed by R2 are. `drop` leaves the emptied SQLite file, which another process may have open, and
/// orphaned blobs.
class WranglerObjectBackend final : public ObjectBackend {
 public:
  /// `clock` must outlive the backend and what it opens.
  WranglerObjectBackend(std::filesystem::path state_root, const Clock& clock)
      : state_root_(std::move(state_root)), clock_(clock) {}

  using ObjectBackend::open;
  std::unique_ptr<ObjectStore> open(std::string_view bucket, BucketAccess access) override;
  std::unique_ptr<ObjectStaging> stage(std::string_view bucket) override;
  std::vector<std::string> stored_buckets() override;
  std::uint64_t drop(std::string_view bucket) override;

 private:
  std::filesystem::path state_root_;
  const Clock& clock_;
};

}  // namespace corral::wrangler
