#include <algorithm>

#include "commands/state/transfer/transfer.hpp"

namespace corral::state {

bool TransferResource::goes_by(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<TransferService> transfer_services() {
  return {kv_transfers(), d1_transfers(), r2_transfers(), queue_transfers()};
}

}  // namespace corral::state
