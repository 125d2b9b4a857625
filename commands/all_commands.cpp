#include "commands/command.hpp"
#include "commands/d1/commands.hpp"
#include "commands/kv/commands.hpp"
#include "commands/which.hpp"

namespace corral {

std::vector<Command> all_commands() {
  return {kv::service(), d1::service(), which()};
}

}  // namespace corral
