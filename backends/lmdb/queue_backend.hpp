#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/message_queue.hpp"

namespace corral::lmdb {

/// The queues in an LMDB environment.
class LmdbQueueBackend final : public QueueBackend {
 public:
  /// The environment must outlive the backend and its queues.
  explicit LmdbQueueBackend(Environment& environment) : environment_(environment) {}

  std::unique_ptr<MessageQueue> open(std::string_view name) override;
  std::vector<std::string> stored_queues() override;
  MoveResult move(std::string_view from, const MoveRequest& request, UnixMillis now) override;
  std::uint64_t drop(std::string_view name) override;
  [[nodiscard]] std::string location() const override { return environment_.folder().native(); }

 private:
  Environment& environment_;
};

}  // namespace corral::lmdb
