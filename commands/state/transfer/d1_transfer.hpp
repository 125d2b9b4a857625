#pragma once

#include <memory>
#include <optional>

#include "backends/sql_database.hpp"
#include "commands/d1/target.hpp"
#include "commands/state/transfer/d1_push.hpp"
#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

/// A D1 database on its way. Items are tables and, where rows are compared, rows.
class D1Transfer final : public ResourceTransfer {
 public:
  D1Transfer(Context& context, const TransferOptions& options, TransferResource resource);

  [[nodiscard]] const TransferResource& resource() const override { return resource_; }
  TransferCounts compare(const Visit& visit) override;
  TransferCounts plan_pull() override;
  PullReport pull(UndoPoint& undo) override;
  TransferCounts push() override;

 private:
  Context& context_;
  const TransferOptions& options_;
  TransferResource resource_;
  std::optional<D1Push> push_;
};

/// The config's entry of a database, as `corral d1` finds it; nullptr if the config has no such entry.
const D1DatabaseBinding* binding_of(Context& context, const TransferResource& resource);

}  // namespace corral::state
