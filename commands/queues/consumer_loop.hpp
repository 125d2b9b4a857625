#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "commands/command/context.hpp"
#include "commands/queues/delivery.hpp"

namespace corral::queues {

/// How a consumer processes a queue.
struct ConsumerPlan {
  std::string queue;
  std::size_t batch_size = 10;   ///< 1 to queue_max_pull
  UnixMillis batch_timeout = 0;  ///< how long to wait for a batch to fill
  std::size_t concurrency = 1;   ///< concurrent deliveries
  UnixMillis retry_delay = 0;    ///< for a retry that specifies none
  bool each = false;             ///< deliver messages one by one rather than in batches
  bool answers = true;           ///< the consumer's output contains outcomes; otherwise it is passed through
  bool once = false;             ///< stop after one batch, or immediately if there is none
  bool until_empty = false;      ///< stop when the queue is empty
  bool exit_code = false;        ///< throw CheckFailed at the end if messages used up their attempts
  PullRequest request;           ///< leases are extended while their messages are being processed
  std::function<std::unique_ptr<Delivery>(const std::vector<QueueMessage>&)> deliver;
};

/// Pulls batches and delivers them to a consumer until the plan's end condition holds. Stops early, and
/// throws, on SIGINT and SIGTERM (interrupted), when the consumer is unreachable (unavailable), and when
/// output cannot be written: running deliveries are finished and settled; messages that were pulled but not
/// started, or did not reach the consumer, are released without counting an attempt. If corral is killed,
/// nothing is lost either: the leases expire. Logs to stderr one line per batch, each message that used up
/// its attempts, and their total.
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
    std::size_t lost = 0;     ///< leases that had expired
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
  UnixMillis first_seen_ = 0;  ///< since when an incomplete batch has been waiting; 0: none
  UnixMillis extended_ = 0;
  std::uint64_t used_up_ = 0;  ///< messages dropped or dead-lettered
  std::optional<Error> stop_;  ///< why it stops early
  bool pulled_ = false;
  bool idle_ = false;  ///< the last poll found nothing to do
  bool found_nothing_ = false;
  bool nothing_left_ = false;
  bool said_paused_ = false;
  bool paused_ = false;
};

}  // namespace corral::queues
