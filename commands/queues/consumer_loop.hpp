#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/error.hpp"
#include "commands/command/context.hpp"
#include "commands/queues/delivery.hpp"

namespace corral::queues {

/// How a consumer works through a queue.
struct ConsumerPlan {
  std::string queue;
  std::size_t batch_size = 10;   ///< 1 to queue_max_pull
  UnixMillis batch_timeout = 0;  ///< wait so long for a batch to fill
  std::size_t concurrency = 1;   ///< deliveries at once
  UnixMillis retry_delay = 0;    ///< of a retry that says none
  bool each = false;             ///< one message a delivery; else one batch
  bool answers = true;           ///< the consumer's output speaks of outcomes; else it is shown as it is
  bool once = false;             ///< end after one batch, or at once if there is none
  bool until_empty = false;      ///< end when the queue holds nothing any more
  bool exit_code = false;        ///< throw CheckFailed at the end if messages used up their attempts
  PullRequest request;           ///< leases are extended while their messages are worked on
  std::function<std::unique_ptr<Delivery>(const std::vector<QueueMessage>&)> deliver;
};

/// Pulls batches and hands them to a consumer until the plan ends it. It stops early, and throws, on SIGINT
/// and SIGTERM (interrupted), when the consumer cannot be reached (unavailable), and when its output cannot
/// be written: what is being worked on is finished and settled, what was pulled and not begun, or did not
/// reach the consumer, is given back as if it had not been delivered. A corral that is killed loses nothing
/// either: its leases run out. Writes to stderr a line a batch, each message that used up its attempts, and
/// their number.
class ConsumerLoop {
 public:
  ConsumerLoop(Context& context, MessageQueue& queue, ConsumerPlan plan)
      : context_(context), queue_(queue), plan_(std::move(plan)) {}

  void run();

 private:
  /// One pull, for the log.
  struct Batch {
    std::size_t size = 0;
    std::size_t acked = 0;
    std::size_t retried = 0;
    std::size_t lost = 0;     ///< leases that were not live any more
    std::size_t used_up = 0;  ///< dropped or dead-lettered
    std::size_t given_back = 0;
    UnixMillis start = 0;
    std::string reason;  ///< the last failure
  };
  struct Waiting {
    std::vector<QueueMessage> messages;
    std::shared_ptr<Batch> batch;
  };
  struct Running : Waiting {
    std::unique_ptr<Delivery> delivery;
  };

  void loop();
  void stop(Error reason);
  void look_for_interrupt();
  void pull();
  bool batch_is_due();
  void start_waiting();
  void finish_done();
  void settle(Running& done);
  void count(Batch& batch, Settlement::Kind kind, Settled settled, const QueueMessage& message);
  void report_used_up(const std::string& id, std::uint32_t attempts, std::string_view reason);
  void print(std::string_view answer);
  void log_if_done(const Batch& batch);
  void log_used_up();
  void keep_leases();
  void release_leases();
  void wait();
  [[nodiscard]] bool at_end() const;

  Context& context_;
  MessageQueue& queue_;
  ConsumerPlan plan_;
  std::deque<Waiting> waiting_;
  std::vector<Running> running_;
  UnixMillis first_seen_ = 0;  ///< since when a batch that is not full is waiting; 0: none
  UnixMillis extended_ = 0;
  std::uint64_t used_up_ = 0;  ///< messages that were dropped or dead-lettered
  std::optional<Error> stop_;  ///< why it ends early
  bool pulled_ = false;
  bool idle_ = false;  ///< the last look brought nothing to do
  bool found_nothing_ = false;
  bool nothing_left_ = false;
  bool said_paused_ = false;
  bool paused_ = false;
};

}  // namespace corral::queues
