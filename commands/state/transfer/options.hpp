#pragma once

#include <memory>

#include "commands/state/transfer/transfer.hpp"

namespace corral {
class Arguments;
}

namespace corral::state {

/// The flags by which a service is chosen, and what of it.
struct TransferFlags {
  TransferOptions options;
  bool kv = false;
  bool d1 = false;
  bool r2 = false;
  bool queues = false;
};

/// Adds --kv, --d1, --r2, --queues, --preview and --prefix. The names are the command's own positional.
void add_resource_flags(Arguments& arguments, TransferFlags& flags);

/// The same with the names: of a command that transfers them.
void add_resources(Arguments& arguments, TransferFlags& flags);

/// Adds --persist-to, and accepts --local and --remote, which say nothing new: both places are meant.
void add_places(Arguments& arguments, TransferFlags& flags);

/// The options of a run: the services, and the two places. Throws usage for numbers out of range.
TransferOptions transfer_options(const TransferFlags& flags);

}  // namespace corral::state
