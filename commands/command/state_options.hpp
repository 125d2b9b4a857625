#pragma once

#include <array>
#include <string_view>

#include "commands/command/context.hpp"

namespace corral {

class Arguments;

/// The KV storage formats accepted by --backend and CORRAL_BACKEND; the first is the default and wrangler's
/// own. Stores::kv_backends has one for each name.
inline constexpr std::array<std::string_view, 2> kv_backend_names = {"wrangler", "lmdb"};

/// Where a command works.
enum class Reach {
  state_folder,          ///< --remote is accepted, hidden in help, and refused
  state_folder_account,  ///< in the account with --remote
};

/// Adds --local, --remote and --persist-to to a command.
void add_state_options(Arguments& arguments, StateOptions& options, Reach reach = Reach::state_folder);

/// Adds --backend too, for commands that work on KV data.
void add_kv_state_options(Arguments& arguments, StateOptions& options,
                          Reach reach = Reach::state_folder_account);

}  // namespace corral
