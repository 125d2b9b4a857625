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

}  // namespace corral::state
