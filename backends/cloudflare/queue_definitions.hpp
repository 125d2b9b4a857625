#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/queue_definitions.hpp"

namespace corral::cloudflare {

/// The queues of the account, by the REST API (docs/reference/remote.md).
class AccountQueues final : public QueueDefinitions {
 public:
  explicit AccountQueues(std::shared_ptr<Session> session) : session_(std::move(session)) {}

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
  [[nodiscard]] bool made_by_first_use() const override { return false; }
  [[nodiscard]] bool serves_consumers() const override { return true; }
  std::string owner() override;

  /// The queue of this name, without a request if `find` has found it before. Throws not_found.
  const DefinedQueue& get(std::string_view name);

  /// "/accounts/ID/queues/ID"
  std::string path_of(const DefinedQueue& queue);

 private:
  std::string base();
  std::string subscription_path(std::string_view id = {});
  std::string default_environment(const std::string& script);
  const Consumer* choose_consumer(const DefinedQueue& queue, const ConsumerChoice& choice);

  std::shared_ptr<Session> session_;
  std::map<std::string, DefinedQueue, std::less<>> found_;
};

}  // namespace corral::cloudflare
