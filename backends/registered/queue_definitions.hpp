#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/clock.hpp"
#include "backends/message_queue.hpp"
#include "backends/queue_definitions.hpp"
#include "backends/registry.hpp"

namespace corral {

/// The queues of a state folder that were created here; the registry keeps them with their consumers and
/// subscriptions.
class RegisteredQueues final : public QueueDefinitions {
 public:
  /// All must outlive it.
  RegisteredQueues(Registry& registry, QueueBackend& messages, const Clock& clock)
      : registry_(registry), messages_(messages), clock_(clock) {}

  std::vector<DefinedQueue> list(std::optional<std::int64_t> page) override;
  std::optional<DefinedQueue> find(std::string_view name) override;
  DefinedQueue create(const DefinedQueue& queue) override;
  void update(const DefinedQueue& queue, const QueueChange& change) override;
  void add_consumer(const DefinedQueue& queue, const Consumer& consumer) override;
  void change_consumer(const DefinedQueue& queue, const Consumer& consumer) override;
  Subscription subscribe(const DefinedQueue& queue, const Subscription& subscription) override;
  std::optional<std::uint64_t> remove(const DefinedQueue& queue) override;
  bool remove_consumer(const DefinedQueue& queue, const ConsumerChoice& choice) override;
  std::vector<Subscription> subscriptions(const DefinedQueue& queue, std::int64_t page,
                                          std::int64_t per_page) override;
  std::optional<Subscription> find_subscription(const DefinedQueue& queue, std::string_view id) override;
  Subscription change_subscription(const DefinedQueue& queue, std::string_view id,
                                   const SubscriptionChange& change) override;
  void unsubscribe(const DefinedQueue& queue, std::string_view id) override;
  [[nodiscard]] bool made_by_first_use() const override { return true; }
  [[nodiscard]] bool serves_consumers() const override { return false; }
  std::string owner() override { return {}; }

 private:
  /// A queue with its subscriptions, as the registry keeps it.
  struct Record {
    DefinedQueue queue;
    std::vector<Subscription> subscriptions;
  };
  static std::string encode(const Record& record);
  static Record decode(const Resource& resource);
  std::optional<Record> record_of(std::string_view name);
  /// Changes the queue's record in one transaction; makes it if there is none.
  void edit(const DefinedQueue& queue, const std::function<void(Record&)>& change);

  Registry& registry_;
  QueueBackend& messages_;
  const Clock& clock_;
};

}  // namespace corral
