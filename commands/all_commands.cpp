#include "commands/command/command.hpp"
#include "commands/d1/commands.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/kv/commands.hpp"
#include "commands/queues/commands.hpp"
#include "commands/r2/commands.hpp"
#include "commands/state/commands.hpp"

namespace corral {

Command licenses();
Command which();
Command whoami();

std::vector<Command> all_commands() {
  return {kv::service(),    d1::service(), r2::service(), queues::service(), durable_objects::service(),
          state::service(), which(),       whoami(),      licenses()};
}

}  // namespace corral
