#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backends/clock.hpp"
#include "backends/object_store.hpp"
#include "backends/wrangler/incoming.hpp"

namespace corral::wrangler {

/// A bucket in the layout of `wrangler dev`, whose blobs and rows the bucket proper then adopts.
class WranglerObjectStaging final : public ObjectStaging {
 public:
  WranglerObjectStaging(const std::filesystem::path& state_root, std::string_view bucket, const Clock& clock);

  std::unique_ptr<ObjectStore> objects() override;
  void commit(std::span<const std::string> gone) override;
  void discard() override;

 private:
  std::filesystem::path state_root_;
  std::string bucket_;
  const Clock& clock_;
  IncomingFolder folder_;
};

}  // namespace corral::wrangler
