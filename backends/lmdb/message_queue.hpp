#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/message_queue.hpp"

namespace corral::lmdb {

class QueueSession;

/// A queue in an LMDB environment. A pull that finds nothing neither takes a lock nor writes.
class LmdbMessageQueue final : public MessageQueue {
 public:
  /// The environment must outlive the queue. Throws invalid_input for an invalid name.
  LmdbMessageQueue(Environment& environment, std::string name);

  [[nodiscard]] const QueueTraits& traits() const override { return traits_; }
  [[nodiscard]] std::size_t sent_bytes(const NewMessage& message) const override {
    return message.body.size();
  }
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
  /// Runs `body` on the state as of `now`; not at all if nothing was ever stored.
  void read(UnixMillis now, const std::function<void(QueueSession&)>& body);
  /// Runs `body` in a write, after processing everything due at `now`.
  void write(UnixMillis now, const std::function<void(QueueSession&)>& body);
  bool stored();

  Environment& environment_;
  std::string name_;
  QueueTraits traits_;
};

}  // namespace corral::lmdb
