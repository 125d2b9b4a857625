#include "commands/state_options.hpp"

#include "backends/error.hpp"
#include "commands/arguments.hpp"

namespace corral {

void add_state_options(CLI::App& app, StateOptions& options) {
  add_flag(app, "--local", options.local, "Work on the local state (it always does)");
  hidden(add_flag(app, "--remote", options.remote, "Not there yet: refused"));
  add_folder(app, "--persist-to", options.persist_to, "Folder of the state, in place of .wrangler/state");
}

void add_kv_state_options(CLI::App& app, StateOptions& options) {
  add_state_options(app, options);
  add_choice(app, "--backend", options.backend, {"wrangler", "lmdb"}, "Where KV data is kept");
}

void refuse_remote(const StateOptions& options) {
  if (!options.remote) return;
  throw Error(ErrorKind::unavailable, "corral works on local state only and has no --remote",
              "leave --remote out, or use wrangler for what the account holds");
}

}  // namespace corral
