#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/r2_buckets.hpp"
#include "commands/command/context.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// The settings of a bucket that say how its objects are treated, and that both sides keep in the same form:
/// CORS, lifecycle and lock rules. Domains, notifications and what else there is belong to the account.
class BucketSettings {
 public:
  BucketSettings(Context& context, const TransferOptions& options, const TransferResource& resource);

  /// The names of the settings that the local state or the account has otherwise, with what it would take to
  /// make the account what the local state is.
  std::vector<StateDifference> compare();

  /// Makes the local state what the account has, or had at `fetch`; returns how many settings changed.
  std::uint64_t pull();

  /// Reads the account's, so that `pull` asks it nothing.
  void fetch();

  /// Makes the account what the local state has, where that has a setting. With `with_deletions`, a setting
  /// that only the account has is removed. Returns how many settings changed.
  std::uint64_t push(bool with_deletions);

 private:
  R2Buckets& local_;
  R2Buckets& account_;
  BucketId local_id_;
  BucketId account_id_;
  std::vector<std::string> fetched_;  ///< in the order of the settings
};

}  // namespace corral::state
