#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/queue_definitions.hpp"
#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"
#include "commands/queues/queue_settings.hpp"

namespace corral {
class Arguments;
}

namespace corral::queues {

/// The queue that a command line refers to.
struct QueueOptions {
  std::string name;
  StateOptions state;
};

/// Adds the positional with this name ("name", "queue-name", "queue") and the state options.
void add_queue_options(Arguments& arguments, QueueOptions& options, const char* positional,
                       Reach reach = Reach::state_folder_account);

/// A queue and everything known about it.
struct KnownQueue {
  std::string name;
  DefinedQueue defined;                ///< its definition; without an id if it was never created
  std::vector<std::string> producers;  ///< bindings in the config, and the account's producers
  std::vector<Consumer> consumers;     ///< the definition's, then the config's
  UnixMillis delivery_delay = 0;       ///< the definition's, else the config's, else 0
  UnixMillis retention = queue_default_retention;

  [[nodiscard]] bool is_defined() const { return !defined.id.empty(); }

  /// Each setting from the first consumer that specifies it.
  [[nodiscard]] Consumer consumer() const;
};

/// The queues by name, one page of `queues_a_page` or all: those that were created and, in a state folder,
/// those that the config mentions, that serve as dead letter queues or that hold messages.
std::vector<KnownQueue> known_queues(Context& context, const StateOptions& state,
                                     std::optional<std::int64_t> page = {});

/// The queue with this name, or the one that a producer binding with this name sends to. Throws not_found,
/// listing the known ones.
KnownQueue find_queue(Context& context, const QueueOptions& options);

/// Opens the queue's messages.
std::unique_ptr<MessageQueue> open_messages(Context& context, const StateOptions& state,
                                            const KnownQueue& queue);

/// A queue's message retention; the default for an unknown queue.
UnixMillis retention_of(Context& context, const StateOptions& state, std::string_view name);

/// The initial delay of a message sent to a queue, and its maximum retention there.
struct Arrival {
  UnixMillis delay = 0;
  UnixMillis retention = queue_default_retention;
};

/// The queue's settings for messages that specify none of their own; the defaults for an unknown queue.
Arrival arrival_in(Context& context, const StateOptions& state, std::string_view name);

/// The dead letter queue that a pull has to name; nullopt if `name` is, or if the place itself heeds what the
/// queue's consumer says.
std::optional<DeadLetterQueue> dead_letters_to(Context& context, const StateOptions& state,
                                               const std::optional<std::string>& name);

}  // namespace corral::queues
