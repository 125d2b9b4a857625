#pragma once

#include "commands/command/context.hpp"

namespace corral {

class Arguments;

/// Adds --local and --persist-to to a command. `--local` is wrangler's word for what corral does
/// anyway; `--remote` is taken, but not shown in help.
void add_state_options(Arguments& arguments, StateOptions& options);

/// Adds --backend too, for commands that work on KV data.
void add_kv_state_options(Arguments& arguments, StateOptions& options);

/// Throws unavailable if --remote was given. Whoever opens stores calls it first.
void refuse_remote(const StateOptions& options);

}  // namespace corral
