#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "backends/clock.hpp"
#include "backends/kv_staging.hpp"
#include "backends/wrangler/incoming.hpp"
#include "backends/wrangler/kv_store.hpp"

namespace corral::wrangler {

/// Rows in a database of their own, whose blobs are already where the namespace has its blobs: until it gets
/// the rows, nothing names them but this.
class WranglerKvStaging final : public KvStaging {
 public:
  WranglerKvStaging(const std::filesystem::path& state_root, std::string_view namespace_id,
                    const Clock& clock);

  std::unique_ptr<KvStore> entries() override { return staged(); }
  void commit(StringSpool& gone) override;
  void discard() override;

 private:
  [[nodiscard]] std::unique_ptr<WranglerKvStore> staged() const;
  [[nodiscard]] std::unique_ptr<WranglerKvStore> owner() const;

  std::filesystem::path state_root_;
  std::string id_;
  const Clock& clock_;
  IncomingFolder folder_;
};

}  // namespace corral::wrangler
