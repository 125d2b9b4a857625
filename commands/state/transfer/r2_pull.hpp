#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "backends/files/string_spool.hpp"
#include "backends/object_store.hpp"
#include "commands/state/transfer/r2_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"
#include "commands/state/transfer/value_filter.hpp"

namespace corral::state {

/// One pull of an R2 bucket's objects. What has to be transferred is put into the bucket's staging, several
/// objects at once and in batches, and with its rest the staging then becomes part of the bucket. What an
/// earlier run has staged is not read again if its version fits.
class R2Pull {
 public:
  R2Pull(Context& context, const TransferOptions& options, const TransferResource& resource);

  /// Counts what `run` would transfer.
  TransferCounts plan();

  PullReport run(UndoPoint& undo);

 private:
  /// What happens to one of the account's objects.
  enum class Step { same, staged, transfer };
  using Take = std::function<void(const ObjectInfo& object, Step step)>;

  /// Lists both sides, counts, and gives `take` each of the account's objects that is meant.
  void compare(const Take& take);
  void transfer(const ObjectInfo& listed);
  void commit_batch();
  void save_batch() noexcept;
  [[nodiscard]] std::string version(const ObjectInfo& object) const;
  [[nodiscard]] bool is_same(const ObjectInfo& account, const ObjectInfo& local) const;
  [[nodiscard]] bool holds_anything() const;

  Context& context_;
  const TransferOptions& options_;
  const TransferResource& resource_;
  std::optional<ValueFilter> filter_;
  std::unique_ptr<ObjectStore> account_;
  std::unique_ptr<ObjectStore> ours_;
  std::unique_ptr<ObjectStaging> staging_;  ///< of a run
  std::unique_ptr<ObjectStore> staged_;
  std::unique_ptr<ObjectBatch> batch_;
  std::uint64_t batch_objects_ = 0;
  std::uint64_t batch_bytes_ = 0;
  TransferCounts counts_;
  std::uint64_t planned_bytes_ = 0;
  StringSpool gone_;   ///< keys to remove here
  StringSpool stale_;  ///< keys that are staged, but not to be transferred
  std::atomic<std::uint64_t> bytes_ = 0;
  std::mutex mutex_;  ///< of what the jobs add to
  StringSpool dropped_;
};

}  // namespace corral::state
