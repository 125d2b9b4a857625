#pragma once

#include <filesystem>
#include <memory>

#include "cli/environment.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// The stores of the state folder that the options name: --persist-to DIR (relative to the working
/// directory), else CORRAL_STATE, else `.wrangler/state` beside the config. The KV backend is --backend, else
/// CORRAL_BACKEND, else "wrangler". Nothing is opened or made before it is used. `clock` must outlive the
/// stores. Throws usage for an unknown backend in CORRAL_BACKEND, unavailable for --remote.
std::unique_ptr<Stores> open_local_stores(const StateOptions& options, ProjectSource& project,
                                          const Environment& environment, const Clock& clock);

}  // namespace corral
