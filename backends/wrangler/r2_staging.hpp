#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "backends/clock.hpp"
#include "backends/object_store.hpp"
#include "backends/wrangler/incoming.hpp"

namespace corral::wrangler {

class WranglerObjectStore;

/// Rows in a database of their own, whose blobs are already where the bucket has its blobs: until it gets the
/// rows, nothing names them but this.
class WranglerObjectStaging final : public ObjectStaging {
 public:
  WranglerObjectStaging(const std::filesystem::path& state_root, std::string_view bucket, const Clock& clock);

  std::unique_ptr<ObjectStore> objects() override;
  void commit(StringSpool& gone) override;
  void discard() override;

 private:
  [[nodiscard]] std::unique_ptr<WranglerObjectStore> staged() const;
  [[nodiscard]] std::unique_ptr<WranglerObjectStore> owner() const;

  std::filesystem::path state_root_;
  std::string bucket_;
  const Clock& clock_;
  IncomingFolder folder_;
};

}  // namespace corral::wrangler
