#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backends/clock.hpp"
#include "backends/kv_staging.hpp"
#include "backends/wrangler/incoming.hpp"
#include "backends/wrangler/kv_store.hpp"

namespace corral::wrangler {

/// A namespace in the layout of `wrangler dev`, whose blobs and rows the namespace proper then adopts.
class WranglerKvStaging final : public KvStaging {
 public:
  WranglerKvStaging(const std::filesystem::path& state_root, std::string_view namespace_id,
                    const Clock& clock);

  std::unique_ptr<KvStore> entries() override;
  void commit(std::span<const std::string> gone) override;
  void discard() override;

 private:
  [[nodiscard]] std::unique_ptr<WranglerKvStore> open(const std::filesystem::path& root) const;

  std::filesystem::path state_root_;
  std::string id_;
  const Clock& clock_;
  IncomingFolder folder_;
};

}  // namespace corral::wrangler
