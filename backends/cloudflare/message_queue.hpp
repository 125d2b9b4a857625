#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/queue_definitions.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/message_queue.hpp"

namespace corral::cloudflare {

/// The messages of one of the account's queues, by the REST API (docs/reference/remote.md).
class AccountMessageQueue final : public MessageQueue {
 public:
  /// `queues` must outlive it. The queue is looked up by the first call.
  AccountMessageQueue(std::shared_ptr<Session> session, AccountQueues& queues, std::string name);

  [[nodiscard]] const QueueTraits& traits() const override { return traits_; }
  [[nodiscard]] std::size_t sent_bytes(const NewMessage& message) const override;
  std::vector<std::string> send(std::span<const NewMessage> messages, UnixMillis retention,
                                UnixMillis now) override;
  PullResult pull(const PullRequest& request, UnixMillis now) override;
  std::vector<Settled> settle(std::span<const Settlement> settlements, UnixMillis now) override;
  std::vector<bool> extend(std::span<const std::string> lease_ids, UnixMillis visibility,
                           UnixMillis now) override;
  std::vector<QueueMessage> peek(std::size_t limit, bool hidden, UnixMillis now) override;
  std::vector<QueueMessage> list(std::string_view after_ref, std::size_t limit, UnixMillis now) override;
  std::string last_ref() override;
  std::vector<bool> erase(std::span<const std::string> refs, UnixMillis now) override;
  std::optional<std::uint64_t> purge(UnixMillis now) override;
  void set_paused(bool paused) override;
  bool paused() override;
  QueueStats stats(UnixMillis now) override;

 private:
  std::string path();
  void settle_some(std::span<const Settlement> settlements, std::span<Settled> settled);

  std::shared_ptr<Session> session_;
  AccountQueues& queues_;
  std::string name_;
  QueueTraits traits_;
};

/// The messages of the account's queues.
class AccountQueueBackend final : public QueueBackend {
 public:
  /// `queues` must outlive it.
  AccountQueueBackend(std::shared_ptr<Session> session, AccountQueues& queues)
      : session_(std::move(session)), queues_(queues) {}

  std::unique_ptr<MessageQueue> open(std::string_view name) override;
  std::vector<std::string> stored_queues() override { return {}; }
  MoveResult move(std::string_view from, const MoveRequest& request, UnixMillis now) override;
  std::uint64_t drop(std::string_view name) override;
  [[nodiscard]] std::string location() const override { return "account " + session_->account().id; }

 private:
  std::shared_ptr<Session> session_;
  AccountQueues& queues_;
};

}  // namespace corral::cloudflare
