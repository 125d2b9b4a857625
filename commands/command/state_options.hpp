#pragma once

#include <array>
#include <string_view>

#include "commands/command/context.hpp"

namespace corral {

class Arguments;

/// The storage formats of KV data that --backend and CORRAL_BACKEND choose from; the first is the default and
/// wrangler's own. Stores::kv_backends has one for each name.
inline constexpr std::array<std::string_view, 2> kv_backend_names = {"wrangler", "lmdb"};

/// Adds --local and --persist-to to a command. `--local` is wrangler's word for what corral does
/// anyway; `--remote` is taken, but not shown in help.
void add_state_options(Arguments& arguments, StateOptions& options);

/// Adds --backend too, for commands that work on KV data.
void add_kv_state_options(Arguments& arguments, StateOptions& options);

/// Throws unavailable if --remote was given. Whoever opens stores calls it first.
void refuse_remote(const StateOptions& options);

}  // namespace corral
