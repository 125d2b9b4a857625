#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/clock.hpp"
#include "backends/kv_store.hpp"

namespace corral::wrangler {

/// The KV namespaces in the state folder of `wrangler dev`.
///
/// On disk, a namespace's id appears only as the name of its blob folder, so stored_namespaces() finds only
/// ids that are safe folder names unchanged, as all ids assigned by Cloudflare are. `drop` leaves the emptied
/// SQLite file, which another process may have open, and orphaned blobs.
class WranglerKvBackend final : public KvBackend {
 public:
  /// `clock` must outlive the backend and what it opens.
  WranglerKvBackend(std::filesystem::path state_root, const Clock& clock)
      : state_root_(std::move(state_root)), clock_(clock) {}

  std::unique_ptr<KvStore> open(std::string_view namespace_id) override;
  std::vector<std::string> stored_namespaces() override;
  std::unique_ptr<KvStaging> stage(std::string_view namespace_id) override;
  std::uint64_t drop(std::string_view namespace_id) override;

 private:
  std::filesystem::path state_root_;
  const Clock& clock_;
};

}  // namespace corral::wrangler
