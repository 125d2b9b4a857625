#include "commands/command/state_options.hpp"

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"

namespace corral {

void add_state_options(Arguments& arguments, StateOptions& options) {
  add_flag(arguments, "--local", options.local, "Use the local state (always the case)");
  hidden(add_flag(arguments, "--remote", options.remote, "Not there yet: refused"));
  add_folder(arguments, "--persist-to", options.persist_to, "State folder to use instead of .wrangler/state");
}

void add_kv_state_options(Arguments& arguments, StateOptions& options) {
  add_state_options(arguments, options);
  add_choice(arguments, "--backend", options.backend, kv_backend_names, "Storage format of KV data");
}

void refuse_remote(const StateOptions& options) {
  if (!options.remote) return;
  throw Error(ErrorKind::unavailable, "corral works on local state only and has no --remote",
              "leave --remote out, or use wrangler for what the account holds");
}

}  // namespace corral
