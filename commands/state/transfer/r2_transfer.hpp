#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/files/string_spool.hpp"
#include "backends/object_store.hpp"
#include "commands/state/transfer/bucket_settings.hpp"
#include "commands/state/transfer/key_cursor.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

using ObjectCursor = KeyCursor<ObjectInfo>;

/// A cursor over the objects with this prefix. The store must outlive it.
ObjectCursor cursor_over(ObjectStore& store, std::string prefix);

/// The version that a pull gives an object: a hash of the bucket, the command that its bytes passed through,
/// and all that the account's listing says of it. An object here that has it is as the account had it when
/// the listing said the same.
std::string version_of(const ObjectInfo& object, std::string_view bucket,
                       const std::optional<std::string>& exec);

/// What differs of two objects by what listings say: "size", "etag", "http metadata", "custom metadata".
/// Times are compared in seconds; uploads' times are not, and neither are storage classes, which the local
/// state does not keep.
std::vector<std::string> differences_listed(const ObjectInfo& one, const ObjectInfo& other);

/// How many objects are transferred at once: all their buffers have to fit in memory.
inline constexpr std::size_t objects_at_once = 6;

/// An R2 bucket: its objects and its settings.
///
/// Objects are the same if their sizes, etags and metadata are, or if the one here has the version that a
/// pull gave it and the listing still fits. An etag is a hash of the bytes but for multipart objects, where
/// it depends on their parts, too; `deep` reads the bytes of objects that only differ in such an etag.
class R2Transfer final : public ResourceTransfer {
 public:
  R2Transfer(Context& context, const TransferOptions& options, TransferResource resource);

  [[nodiscard]] const TransferResource& resource() const override { return resource_; }
  TransferCounts compare(const Visit& visit) override;
  TransferCounts plan_pull() override;
  PullReport pull(UndoPoint& undo) override;
  TransferCounts push() override;

 private:
  [[nodiscard]] std::unique_ptr<ObjectStore> open_local() const;
  [[nodiscard]] std::unique_ptr<ObjectStore> open_account() const;
  [[nodiscard]] std::string prefix() const { return options_.prefix.value_or(""); }
  [[nodiscard]] std::vector<std::string> differences(const ObjectInfo& account,
                                                     const ObjectInfo& local) const;

  Context& context_;
  const TransferOptions& options_;
  TransferResource resource_;
  std::optional<BucketSettings> settings_;  ///< unless only a part of the bucket is meant
  // What `compare` found, for `push`.
  TransferCounts counts_;
  StringSpool to_put_;
  StringSpool to_erase_;
};

}  // namespace corral::state
