#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands/state/transfer/transfer.hpp"
#include "commands/text/json.hpp"
#include "commands/text/table.hpp"

namespace corral::state {

/// The transfers of the resources that the options choose, by service. Throws not_found for a name that
/// neither the config nor the account has, usage if nothing is chosen.
std::vector<std::unique_ptr<ResourceTransfer>> open_transfers(Context& context,
                                                              const TransferOptions& options);

/// The label of a resource's service: "KV namespace".
std::string_view label_of(const TransferResource& resource);

/// What was or would be done to resources, for people and for programs: a row and an object for each.
class TransferSummary {
 public:
  TransferSummary();

  void add(const TransferResource& resource, const TransferCounts& counts, const std::string& undo = {});

  [[nodiscard]] bool empty() const { return list_.empty(); }

  /// Prints the table, or the array, and notes.
  void print(Output& out) const;

 private:
  Table table_;
  Json list_ = Json::array();
  std::vector<std::string> notes_;
};

/// A snapshot of each service that is about to change, named after the command and the time:
/// "before-pull-20261129-093000-kv".
class SnapshotUndo final : public UndoPoint {
 public:
  SnapshotUndo(Context& context, StateOptions local, std::string_view command);

  std::string keep(StateService service) override;

 private:
  Context& context_;
  StateOptions local_;
  std::string stem_;
  std::vector<StateService> kept_;
};

}  // namespace corral::state
