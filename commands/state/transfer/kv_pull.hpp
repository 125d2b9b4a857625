#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "backends/files/string_spool.hpp"
#include "backends/jobs/parallel_jobs.hpp"
#include "backends/kv_staging.hpp"
#include "backends/kv_store.hpp"
#include "commands/state/transfer/kv_transfer.hpp"
#include "commands/state/transfer/transfer.hpp"
#include "commands/state/transfer/value_filter.hpp"

namespace corral::state {

/// One pull of a KV namespace. What has to be transferred is put into the namespace's staging in batches, and
/// with its rest the staging then becomes part of the namespace. What an earlier run has staged is not read
/// again if its origin fits.
class KvPull {
 public:
  KvPull(Context& context, const TransferOptions& options, const TransferResource& resource, UnixMillis now);

  PullReport run(UndoPoint& undo);

 private:
  struct Entry {
    KvItem item;
    std::string value;
    bool is_new = false;        ///< the key does not exist here
    bool is_like_ours = false;  ///< by what listings say
    bool was_staged = false;    ///< something else has been, under its key
  };

  [[nodiscard]] std::string origin(const KvItem& item) const;
  [[nodiscard]] bool is_ready(const KvItem* local_or_staged, const KvItem& item) const;
  void transfer(UnixMillis now);
  void stage(Entry entry);
  void commit_batch();
  void finish_commits();
  void save_batch() noexcept;
  [[nodiscard]] bool holds_anything() const;

  Context& context_;
  const TransferOptions& options_;
  const TransferResource& resource_;
  UnixMillis now_;
  std::optional<ValueFilter> filter_;
  std::unique_ptr<KvStaging> staging_;
  std::unique_ptr<KvStore> staged_;
  std::unique_ptr<KvStore> ours_;

  std::mutex mutex_;  ///< of what follows, and of `ours_`
  /// Commits the last full batch while the next one fills. Never more than one, which has `staged_`
  /// meanwhile.
  ParallelJobs commits_{2};
  std::unique_ptr<KvBatch> batch_;
  std::size_t batch_entries_ = 0;
  std::size_t batch_bytes_ = 0;
  bool any_staged_ = false;
  TransferCounts counts_;
  StringSpool gone_;   ///< keys to remove here
  StringSpool stale_;  ///< keys that are staged, but not to be transferred
};

}  // namespace corral::state
