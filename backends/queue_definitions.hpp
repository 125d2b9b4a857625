#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// A consumer's delivery settings; those not given have the product's defaults (docs/reference/queues.md).
struct Consumer {
  std::string id = {};                             ///< empty: from the config
  bool pulls = false;                              ///< type "http_pull"; else "worker"
  std::string script = {};                         ///< for a Worker
  std::string environment = {};                    ///< of the Worker; empty if unspecified
  std::optional<std::int64_t> batch_size = {};     ///< 0 to 100
  std::optional<std::int64_t> batch_timeout = {};  ///< seconds, 0 to 60
  std::optional<std::int64_t> retries = {};        ///< 0 to 100
  std::optional<std::int64_t> concurrency = {};    ///< 1 to 250
  std::optional<std::int64_t> visibility_ms = {};  ///< 1 to 43,200,000
  std::optional<std::int64_t> retry_delay = {};    ///< seconds, 0 to 86,400
  std::optional<std::string> dead_letter_queue = {};
  UnixMillis created_at = 0;
  std::string description = {};  ///< the account's: all that the API says, a JSON object
};

/// A subscription of a queue to events of the account.
struct Subscription {
  std::string id = {};
  std::string name = {};
  std::string source = {};                                              ///< "kv", "workersAi.model", ...
  std::vector<std::pair<std::string, std::string>> source_fields = {};  ///< {"model_name", "..."}
  std::vector<std::string> events = {};
  bool enabled = true;
  UnixMillis created_at = 0;
  UnixMillis modified_at = 0;
  std::string description = {};  ///< the account's: all that the API says, a JSON object
};

/// A queue without its messages.
struct DefinedQueue {
  std::string name = {};
  std::string id = {};  ///< empty: it was never created, but known from the config or its messages
  UnixMillis created_at = 0;
  UnixMillis modified_at = 0;
  std::optional<std::int64_t> delivery_delay = {};  ///< seconds, 0 to 86,400
  std::optional<std::int64_t> retention = {};       ///< seconds, 60 to 1,209,600
  std::optional<std::string> jurisdiction = {};
  std::vector<std::string> producers = {};  ///< the account's: the Workers and buckets that send to it
  std::vector<Consumer> consumers = {};
  std::string description = {};  ///< the account's: all that the API says, a JSON object
};

/// What can be changed of a queue; what is not given stays.
struct QueueChange {
  std::optional<std::int64_t> delivery_delay = {};
  std::optional<std::int64_t> retention = {};
};

/// What can be changed of a subscription; what is not given stays.
struct SubscriptionChange {
  std::optional<std::string> name = {};
  std::optional<std::vector<std::string>> events = {};
  std::optional<bool> enabled = {};
};

/// A consumer by what a user knows of it.
struct ConsumerChoice {
  std::optional<std::string> script = {};       ///< a Worker; nullopt: the pull consumer
  std::optional<std::string> environment = {};  ///< of the Worker; nullopt: its default
};

/// The queues of one place, a state folder or an account: their settings, consumers and subscriptions, but
/// not their messages (QueueBackend). Errors: conflict for a name that is taken and for a second consumer,
/// not_found for what does not exist, and those of the storage.
class QueueDefinitions {
 public:
  virtual ~QueueDefinitions() = default;

  /// The queues by name: one page of `queues_a_page`, counted from 1, or all.
  virtual std::vector<DefinedQueue> list(std::optional<std::int64_t> page) = 0;

  virtual std::optional<DefinedQueue> find(std::string_view name) = 0;

  /// `queue`: without an id. Returns it with one.
  virtual DefinedQueue create(const DefinedQueue& queue) = 0;

  /// Each of these may be called with a queue that has no id yet, where `made_by_first_use`: it gets one.
  virtual void update(const DefinedQueue& queue, const QueueChange& change) = 0;
  virtual void add_consumer(const DefinedQueue& queue, const Consumer& consumer) = 0;
  /// Replaces what is set of the consumer with `consumer.id`. Throws not_found if the queue has none with it.
  virtual void change_consumer(const DefinedQueue& queue, const Consumer& consumer) = 0;
  virtual Subscription subscribe(const DefinedQueue& queue, const Subscription& subscription) = 0;

  /// Removes the queue with all its messages. Returns how many there were; nullopt: not known.
  virtual std::optional<std::uint64_t> remove(const DefinedQueue& queue) = 0;

  /// False if the queue has no such consumer.
  virtual bool remove_consumer(const DefinedQueue& queue, const ConsumerChoice& choice) = 0;

  /// One page of the queue's subscriptions, counted from 1.
  virtual std::vector<Subscription> subscriptions(const DefinedQueue& queue, std::int64_t page,
                                                  std::int64_t per_page) = 0;
  virtual std::optional<Subscription> find_subscription(const DefinedQueue& queue, std::string_view id) = 0;
  virtual Subscription change_subscription(const DefinedQueue& queue, std::string_view id,
                                           const SubscriptionChange& change) = 0;
  virtual void unsubscribe(const DefinedQueue& queue, std::string_view id) = 0;

  /// Whether a queue comes into being when it is used, so that the config and messages may name ones that
  /// `list` does not know.
  [[nodiscard]] virtual bool made_by_first_use() const = 0;

  /// Whether the place itself heeds what consumers say of retries and dead letters, and sends events to
  /// subscribers. If not, every pull says it (PullRequest), and subscriptions are only kept.
  [[nodiscard]] virtual bool serves_consumers() const = 0;

  /// Whose they are, for questions: " of account 0123abcd"; empty for a state folder.
  virtual std::string owner() = 0;
};

inline constexpr std::int64_t queues_a_page = 100;

}  // namespace corral
