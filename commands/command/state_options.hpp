#pragma once

#include <array>
#include <string_view>

#include "commands/command/context.hpp"

namespace corral {

class Arguments;

/// The KV storage formats accepted by --backend and CORRAL_BACKEND; the first is the default and wrangler's
/// own. Stores::kv_backends has one for each name.
inline constexpr std::array<std::string_view, 2> kv_backend_names = {"wrangler", "lmdb"};

/// Adds --local and --persist-to to a command. `--local` is accepted for compatibility and has no effect;
/// `--remote` is accepted, but not shown in help.
void add_state_options(Arguments& arguments, StateOptions& options);

/// Adds --backend too, for commands that work on KV data.
void add_kv_state_options(Arguments& arguments, StateOptions& options);

/// Throws unavailable if --remote was given. Call it before opening stores.
void refuse_remote(const StateOptions& options);

}  // namespace corral
