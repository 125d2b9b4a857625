#include <string>
#include <vector>

#include "commands/queues/commands.hpp"
#include "commands/queues/target.hpp"

namespace corral::queues {

namespace {

std::vector<std::string> names(Context& context, const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  std::vector<std::string> words;
  for (KnownQueue& queue : known_queues(context, state)) {
    if (queue.name.starts_with(request.prefix)) words.push_back(std::move(queue.name));
  }
  return words;
}

}  // namespace

std::vector<LiveValues> queue_values() {
  return {{"name", names}, {"queue-name", names}, {"queue", names}, {"to", names}};
}

}  // namespace corral::queues
