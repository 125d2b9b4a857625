#include "commands/queues/consumer_loop.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/queues/outcomes.hpp"

namespace corral::queues {

void ConsumerLoop::run() {
  try {
    loop();
  } catch (...) {
    // The queue itself failed. Release the leases of batches not started, if possible.
    try {
      release_leases();
    } catch (const Error&) {
    }
    throw;
  }
  log_used_up();
  if (stop_) throw Error(*stop_);
  if (plan_.exit_code && used_up_ > 0) throw CheckFailed();
}

void ConsumerLoop::loop() {
  while (true) {
    look_for_interrupt();
    if (stop_) release_leases();
    if (!stop_ && waiting_.empty() && running_.size() < plan_.concurrency && !(plan_.once && pulled_)) pull();
    if (!stop_) start_waiting();
    if (running_.empty() && waiting_.empty() && (stop_ || at_end())) return;
    wait();
    finish_done();
    keep_leases();
  }
}

/// Only the first reason is kept.
void ConsumerLoop::stop(Error reason) {
  if (!stop_) stop_ = std::move(reason);
}

bool ConsumerLoop::at_end() const {
  if (plan_.once) return pulled_ || found_nothing_;
  return plan_.until_empty && (nothing_left_ || paused_);
}

void ConsumerLoop::look_for_interrupt() {
  try {
    context_.check_interrupt();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted) throw;
    stop(Error(ErrorKind::interrupted, "stopped by a signal; what was begun is settled"));
  }
}

/// Whether to deliver what there is: a full batch, or one that has waited long enough.
bool ConsumerLoop::batch_is_due() {
  if (plan_.batch_timeout == 0) return true;
  const UnixMillis now = context_.clock().now();
  const std::size_t ready = queue_.peek(plan_.batch_size, false, now).size();
  if (ready == 0) first_seen_ = 0;
  if (ready == 0 || ready >= plan_.batch_size) return true;
  if (first_seen_ == 0) first_seen_ = now;
  return now - first_seen_ >= plan_.batch_timeout;
}

void ConsumerLoop::pull() {
  found_nothing_ = false;
  nothing_left_ = false;
  idle_ = true;
  if (!batch_is_due()) return;
  PullRequest request = plan_.request;
  request.limit = plan_.batch_size;
  PullResult result;
  paused_ = false;
  try {
    result = queue_.pull(request, context_.clock().now());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    if (!said_paused_) context_.out().note(error.message());
    said_paused_ = true;
    paused_ = true;
    found_nothing_ = true;
    return;
  }
  said_paused_ = false;
  first_seen_ = 0;
  for (const UsedUp& one : result.used_up) report_used_up(one.id, one.attempts, {});
  found_nothing_ = result.messages.empty();
  nothing_left_ = result.backlog == 0;
  if (found_nothing_) return;
  idle_ = false;
  pulled_ = true;
  auto batch = std::make_shared<Batch>();
  batch->size = result.messages.size();
  batch->start = context_.clock().now();
  if (!plan_.each) {
    waiting_.push_back({std::move(result.messages), batch});
    return;
  }
  for (QueueMessage& message : result.messages) {
    std::vector<QueueMessage> one;
    one.push_back(std::move(message));
    waiting_.push_back({std::move(one), batch});
  }
}

void ConsumerLoop::start_waiting() {
  while (!waiting_.empty() && running_.size() < plan_.concurrency) {
    Running running;
    try {
      running.delivery = plan_.deliver(waiting_.front().messages);
    } catch (const Error& error) {
      stop(Error(error.kind(), fmt::format("{}; the messages are back in the queue", error.message()),
                 error.hint()));
      return;
    }
    static_cast<Waiting&>(running) = std::move(waiting_.front());
    waiting_.pop_front();
    running_.push_back(std::move(running));
  }
}

void ConsumerLoop::wait() {
  const UnixMillis idle = queue_.traits().poll_pause;
  constexpr UnixMillis unpolled = 20;  // ms between looks at a delivery that cannot be polled for
  constexpr UnixMillis busy = 200;     // ms between checks of the clock while deliveries run
  std::vector<pollfd> waits;
  for (const Running& running : running_) {
    for (const pollfd& one : running.delivery->waits()) waits.push_back(one);
  }
  const bool looks_for_more = !stop_ && running_.size() < plan_.concurrency && !(plan_.once && pulled_);
  UnixMillis timeout = busy;
  if (looks_for_more) timeout = idle_ ? idle : 0;
  // A running delivery whose completion cannot be polled for.
  if (waits.empty() && !running_.empty()) timeout = unpolled;
  context_.clock().wait(waits, timeout);
}

void ConsumerLoop::finish_done() {
  for (std::size_t i = 0; i < running_.size();) {
    if (!running_[i].delivery->step()) {
      ++i;
      continue;
    }
    Running done = std::move(running_[i]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    settle(done);
  }
}

void ConsumerLoop::settle(Running& done) {
  DeliveryResult result = done.delivery->result();
  Settlement::Kind otherwise = Settlement::Kind::release;
  if (result.reached) otherwise = result.succeeded ? Settlement::Kind::ack : Settlement::Kind::retry;
  Outcomes outcomes = read_outcomes(plan_.answers ? result.answer : std::string_view(), otherwise,
                                    done.messages, plan_.retry_delay);
  const std::vector<Settled> settled = queue_.settle(outcomes.settlements, context_.clock().now());
  Batch& batch = *done.batch;
  if (!result.reason.empty()) batch.reason = result.reason;
  for (std::size_t i = 0; i < settled.size(); ++i)
    count(batch, outcomes.settlements[i].kind, settled[i], done.messages[i]);
  log_if_done(batch);
  if (!result.reached) {
    stop(Error(
        ErrorKind::unavailable,
        fmt::format("the consumer could not be reached: {}; its messages are back in the queue{}",
                    result.reason, queue_.traits().releases_freely ? ", and no attempt was counted" : ""),
        result.hint.empty() ? "try it by hand, and correct --exec or --url" : result.hint));
  }
  print(plan_.answers ? outcomes.remainder : result.answer);
}

void ConsumerLoop::count(Batch& batch, Settlement::Kind kind, Settled settled, const QueueMessage& message) {
  switch (settled) {
    case Settled::stale: ++batch.lost; return;
    case Settled::dropped:
    case Settled::dead_lettered:
      ++batch.used_up;
      report_used_up(message.id, message.attempts, batch.reason);
      return;
    case Settled::done: break;
  }
  switch (kind) {
    case Settlement::Kind::ack: ++batch.acked; return;
    case Settlement::Kind::retry: ++batch.retried; return;
    case Settlement::Kind::release: ++batch.given_back; return;
  }
}

void ConsumerLoop::report_used_up(const std::string& id, std::uint32_t attempts, std::string_view reason) {
  ++used_up_;
  const auto& dead_letter = plan_.request.dead_letter;
  context_.out().warning(fmt::format(
      "message {} {} after {} {}{}", id,
      dead_letter ? fmt::format("went to the dead letter queue \"{}\"", shown(dead_letter->name))
                  : "was dropped",
      attempts, attempts == 1 ? "attempt" : "attempts", reason.empty() ? "" : fmt::format(" ({})", reason)));
}

/// Prints the consumer's output. Its work is already settled; a closed output stops the loop.
void ConsumerLoop::print(std::string_view answer) {
  if (answer.empty()) return;
  context_.out().data(answer);
  try {
    context_.out().deliver();
  } catch (const Error& error) {
    stop(Error(
        error.kind(),
        fmt::format(
            "{}; the messages delivered so far are acknowledged or retried, the rest are still in the queue",
            error.message())));
  }
}

void ConsumerLoop::log_if_done(const Batch& batch) {
  if (batch.acked + batch.retried + batch.used_up + batch.lost + batch.given_back < batch.size) return;
  if (batch.given_back == batch.size) return;
  std::string line = fmt::format("{}: {} {}, {} acked, {} to be retried, {} ms", shown(plan_.queue),
                                 batch.size, batch.size == 1 ? "message" : "messages", batch.acked,
                                 batch.retried, context_.clock().now() - batch.start);
  if (batch.used_up > 0) {
    line += fmt::format(", {} {}", batch.used_up, plan_.request.dead_letter ? "dead-lettered" : "dropped");
  }
  if (batch.given_back > 0) line += fmt::format(", {} given back", batch.given_back);
  if (batch.lost > 0) line += fmt::format(", {} no longer leased", batch.lost);
  if (!batch.reason.empty()) line += fmt::format(" ({})", batch.reason);
  if (batch.reason.empty() && batch.lost == 0) {
    context_.out().note(line);
  } else {
    context_.out().warning(line);
  }
}

void ConsumerLoop::log_used_up() {
  if (used_up_ == 0) return;
  const auto& dead_letter = plan_.request.dead_letter;
  context_.out().warning(
      fmt::format("{} {} used up all attempts: {}", used_up_, used_up_ == 1 ? "message" : "messages",
                  dead_letter ? fmt::format("moved to the dead letter queue \"{}\"", shown(dead_letter->name))
                              : "dropped (--dead-letter-queue NAME keeps such messages)"));
}

/// A lease must outlive its work: it is extended three times over its duration.
void ConsumerLoop::keep_leases() {
  constexpr UnixMillis times = 3;
  const UnixMillis now = context_.clock().now();
  if (!queue_.traits().extends_leases) return;
  if (now - extended_ < plan_.request.visibility / times) return;
  extended_ = now;
  std::vector<std::string> leases;
  const auto add = [&](const Waiting& held) {
    for (const QueueMessage& message : held.messages) {
      // Skip leases that were taken only recently.
      if (message.visible_at - now < plan_.request.visibility * (times - 1) / times)
        leases.push_back(message.lease_id);
    }
  };
  for (const Running& running : running_) add(running);
  for (const Waiting& waiting : waiting_) add(waiting);
  if (!leases.empty()) queue_.extend(leases, plan_.request.visibility, now);
}

void ConsumerLoop::release_leases() {
  std::vector<Settlement> releases;
  for (const Waiting& waiting : waiting_) {
    for (const QueueMessage& message : waiting.messages)
      releases.push_back({message.lease_id, Settlement::Kind::release, 0});
  }
  if (releases.empty()) return;
  queue_.settle(releases, context_.clock().now());
  for (const Waiting& waiting : waiting_) {
    waiting.batch->given_back += waiting.messages.size();
    log_if_done(*waiting.batch);
  }
  waiting_.clear();
}

}  // namespace corral::queues
