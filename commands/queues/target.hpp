#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/registry.hpp"
#include "commands/command/context.hpp"
#include "commands/queues/queue_settings.hpp"

namespace corral {
class Arguments;
}

namespace corral::queues {

/// How a command line names a queue.
struct QueueOptions {
  std::string name;
  StateOptions state;
};

/// Adds the positional of this name ("name", "queue-name", "queue") and the state options.
void add_queue_options(Arguments& arguments, QueueOptions& options, const char* positional);

/// A queue with all that is known of it.
struct KnownQueue {
  std::string name;
  std::optional<Resource> made_here;   ///< its entry in the registry
  QueueSettings settings;              ///< of that entry; empty without one
  std::vector<std::string> producers;  ///< bindings of the config
  std::vector<Consumer> consumers;     ///< the registry's, then the config's
  UnixMillis delivery_delay = 0;       ///< the registry's, else the config's, else 0
  UnixMillis retention = queue_default_retention;

  /// Each setting from the first consumer that gives it.
  [[nodiscard]] Consumer consumer() const;
};

/// All queues that were made here, that the config names, that serve as dead letter queues, or that hold
/// messages, by name.
std::vector<KnownQueue> known_queues(Context& context, const StateOptions& state);

/// The queue of this name, or the one that a producer's binding of this name sends to. Throws not_found,
/// naming those there are.
KnownQueue find_queue(Context& context, const QueueOptions& options);

/// Its messages.
std::unique_ptr<MessageQueue> open_messages(Context& context, const StateOptions& state,
                                            const KnownQueue& queue);

/// How long a queue keeps what arrives in it; the default for one that is not known.
UnixMillis retention_of(Context& context, const StateOptions& state, std::string_view name);

/// How long a message that is sent to a queue waits, and how long it is kept there at most.
struct Arrival {
  UnixMillis delay = 0;
  UnixMillis retention = queue_default_retention;
};

/// What holds for messages that are sent to the queue without a word of their own; the defaults for one that
/// is not known.
Arrival arrival_in(Context& context, const StateOptions& state, std::string_view name);

/// Where the dead letters of a queue go; `name` nullopt: nowhere.
std::optional<DeadLetterQueue> dead_letters_to(Context& context, const StateOptions& state,
                                               const std::optional<std::string>& name);

/// Writes the settings into the registry, which gets an entry if it has none.
void store_settings(Context& context, const StateOptions& state, const KnownQueue& queue,
                    QueueSettings settings);

}  // namespace corral::queues
