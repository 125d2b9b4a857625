#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/files/string_spool.hpp"
#include "backends/kv_staging.hpp"
#include "backends/kv_store.hpp"
#include "commands/state/transfer/key_cursor.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

using KvCursor = KeyCursor<KvItem>;

/// A cursor over the entries of a store with this prefix, with their versions. The store must outlive it.
KvCursor cursor_over(KvStore& store, std::string prefix, UnixMillis now);

/// The origin that a pull gives an entry (KvEntry::origin): a hash of the namespace, the command that its
/// value passed through, and all that the account's listing says of it. An entry here that still has this
/// origin is as the account had it when the listing said the same.
std::string origin_of(const KvEntry& entry, std::string_view namespace_id,
                      const std::optional<std::string>& exec);

/// What differs of two entries by what listings say: "metadata", "expiration". Expirations are compared in
/// seconds, as the account has them, and metadata as JSON.
std::vector<std::string> differences_listed(const KvEntry& one, const KvEntry& other);

/// A KV namespace.
///
/// Listings have neither values nor hashes of them. So a pull gives every entry that it writes an origin, and
/// where an entry here has still got the origin that fits what the listing says, its value is taken for
/// unchanged on both sides; all other values are read and compared. `deep` reads all.
class KvTransfer final : public ResourceTransfer {
 public:
  KvTransfer(Context& context, const TransferOptions& options, TransferResource resource);

  [[nodiscard]] const TransferResource& resource() const override { return resource_; }
  TransferCounts compare(const Visit& visit) override;
  TransferCounts plan_pull() override;
  PullReport pull(UndoPoint& undo) override;
  TransferCounts push() override;

 private:
  [[nodiscard]] std::unique_ptr<KvStore> open_local() const;
  [[nodiscard]] std::unique_ptr<KvStore> open_account() const;
  [[nodiscard]] std::string prefix() const { return options_.prefix.value_or(""); }
  /// Whether the two are taken for the same without reading their values.
  [[nodiscard]] bool is_as_pulled(const KvItem& account, const KvItem& local) const;

  Context& context_;
  const TransferOptions& options_;
  TransferResource resource_;
  UnixMillis now_;
  // What `compare` found, for `push`.
  TransferCounts counts_;
  StringSpool to_put_;
  StringSpool to_erase_;
};

}  // namespace corral::state
