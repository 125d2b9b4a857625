#include "commands/command/state_options.hpp"

#include "commands/command/arguments.hpp"

namespace corral {

void add_state_options(Arguments& arguments, StateOptions& options, Reach reach) {
  const bool reaches_account = reach == Reach::state_folder_account;
  options.takes_remote = reaches_account;
  add_flag(arguments, "--local", options.local,
           reaches_account ? "Use the local state (the default, unless CORRAL_REMOTE=1)"
                           : "Use the local state (always the case)");
  Argument& remote = add_flag(arguments, "--remote", options.remote,
                              "Work on the account at Cloudflare, not on local state");
  if (!reaches_account) hidden(remote);
  add_folder(arguments, "--persist-to", options.persist_to, "State folder to use instead of .wrangler/state");
}

void add_kv_state_options(Arguments& arguments, StateOptions& options, Reach reach) {
  add_state_options(arguments, options, reach);
  add_choice(arguments, "--backend", options.backend, kv_backend_names, "Storage format of local KV data");
}

}  // namespace corral
