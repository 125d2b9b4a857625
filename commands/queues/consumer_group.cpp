#include "commands/queues/commands.hpp"
#include "commands/queues/consumer_commands.hpp"

namespace corral::queues {

namespace {

std::vector<Command> worker_commands() {
  return {consumer_worker_add(), consumer_worker_list(), consumer_worker_remove()};
}

std::vector<Command> http_commands() {
  return {consumer_http_add(), consumer_http_list(), consumer_http_remove()};
}

}  // namespace

std::vector<Command> consumer_commands() {
  return {consumer_add(),
          consumer_list(),
          consumer_remove(),
          {.names = {"worker"}, .summary = "Consumers that are Workers", .children = worker_commands},
          {.names = {"http"}, .summary = "Consumers that pull", .children = http_commands}};
}

}  // namespace corral::queues
