#include "commands/command.hpp"
#include "commands/kv/commands.hpp"
#include "commands/which.hpp"

namespace corral {

std::vector<Command> all_commands() {
  return {kv::service(), which()};
}

}  // namespace corral
