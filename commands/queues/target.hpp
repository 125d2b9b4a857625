#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/registry.hpp"
#include "commands/command/context.hpp"
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
void add_queue_options(Arguments& arguments, QueueOptions& options, const char* positional);

/// A queue and everything known about it.
struct KnownQueue {
  std::string name;
  std::optional<Resource> made_here;   ///< its registry entry
  QueueSettings settings;              ///< from that entry; empty without one
  std::vector<std::string> producers;  ///< bindings in the config
  std::vector<Consumer> consumers;     ///< the registry's, then the config's
  UnixMillis delivery_delay = 0;       ///< the registry's, else the config's, else 0
  UnixMillis retention = queue_default_retention;

  /// Each setting from the first consumer that specifies it.
  [[nodiscard]] Consumer consumer() const;
};

/// All queues that were created here, that the config mentions, that serve as dead letter queues or that hold
/// messages, by name.
std::vector<KnownQueue> known_queues(Context& context, const StateOptions& state);

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

/// The dead letter queue of a queue; nullopt if `name` is.
std::optional<DeadLetterQueue> dead_letters_to(Context& context, const StateOptions& state,
                                               const std::optional<std::string>& name);

/// Stores the settings in the registry, creating an entry if necessary.
void store_settings(Context& context, const StateOptions& state, const KnownQueue& queue,
                    QueueSettings settings);

}  // namespace corral::queues
