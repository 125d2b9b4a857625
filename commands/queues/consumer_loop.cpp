#include "commands/queues/consumer_loop.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/queues/outcomes.hpp"

namespace corral::queues {

void ConsumerLoop::run() {
  while (true) {
    stopping_ = stopping_ || stop_asked();
    if (stopping_) give_back();
    if (!stopping_ && waiting_.empty() && running_.size() < plan_.concurrency && !(plan_.once && pulled_))
      pull();
    if (!stopping_) start_waiting();
    if (running_.empty() && waiting_.empty() && (stopping_ || at_end())) break;
    wait();
    finish_done();
    keep_leases();
  }
  if (stopping_) throw Error(ErrorKind::interrupted, "stopped by a signal; what was begun is settled");
}

bool ConsumerLoop::at_end() const {
  if (plan_.once) return pulled_ || found_nothing_;
  return plan_.until_empty && (nothing_left_ || paused_);
}

bool ConsumerLoop::stop_asked() {
  try {
    context_.check_interrupt();
    return false;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted) throw;
    return true;
  }
}

/// Whether to take what there is: enough for a batch, or it has waited for long enough.
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
    static_cast<Waiting&>(running) = std::move(waiting_.front());
    waiting_.pop_front();
    running.delivery = plan_.deliver(running.messages);
    running_.push_back(std::move(running));
  }
}

void ConsumerLoop::wait() {
  constexpr int idle = 20;   // milliseconds between looks at an empty queue
  constexpr int busy = 200;  // between looks at the clock while others work
  std::vector<pollfd> waits;
  for (const Running& running : running_) {
    for (const pollfd& one : running.delivery->waits()) waits.push_back(one);
  }
  const bool looks_for_more = !stopping_ && running_.size() < plan_.concurrency && !(plan_.once && pulled_);
  int timeout = busy;
  if (looks_for_more) timeout = idle_ ? idle : 0;
  // Somebody at work whose end is not to be seen.
  if (waits.empty() && !running_.empty()) timeout = idle;
  ::poll(waits.data(), waits.size(), timeout);
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
  Outcomes outcomes = read_outcomes(plan_.answers ? result.answer : std::string_view(), result.succeeded,
                                    done.messages, plan_.retry_delay);
  const std::string& shown_answer = plan_.answers ? outcomes.remainder : result.answer;
  const std::vector<bool> live = queue_.settle(outcomes.settlements, context_.clock().now());
  Batch& batch = *done.batch;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!live[i]) {
      ++batch.lost;
    } else {
      ++(outcomes.settlements[i].kind == Settlement::Kind::ack ? batch.acked : batch.retried);
    }
  }
  if (!result.reason.empty()) batch.reason = std::move(result.reason);
  if (batch.acked + batch.retried + batch.lost == batch.size) log(batch);
  if (shown_answer.empty()) return;
  context_.out().data(shown_answer);
  context_.out().flush();
}

void ConsumerLoop::log(const Batch& batch) {
  std::string line = fmt::format("{}: {} {}, {} acked, {} to be retried, {} ms", shown(plan_.queue),
                                 batch.size, batch.size == 1 ? "message" : "messages", batch.acked,
                                 batch.retried, context_.clock().now() - batch.start);
  if (batch.lost > 0) line += fmt::format(", {} no longer leased", batch.lost);
  if (!batch.reason.empty()) line += fmt::format(" ({})", batch.reason);
  context_.out().note(line);
}

/// A lease must outlive its work: it is set anew three times while it lasts.
void ConsumerLoop::keep_leases() {
  constexpr UnixMillis times = 3;
  const UnixMillis now = context_.clock().now();
  if (now - extended_ < plan_.request.visibility / times) return;
  extended_ = now;
  std::vector<std::string> leases;
  const auto add = [&](const Waiting& held) {
    for (const QueueMessage& message : held.messages) {
      // Those that were pulled just now have their time before them.
      if (message.visible_at - now < plan_.request.visibility * (times - 1) / times)
        leases.push_back(message.lease_id);
    }
  };
  for (const Running& running : running_) add(running);
  for (const Waiting& waiting : waiting_) add(waiting);
  if (!leases.empty()) queue_.extend(leases, plan_.request.visibility, now);
}

void ConsumerLoop::give_back() {
  std::vector<Settlement> releases;
  for (const Waiting& waiting : waiting_) {
    for (const QueueMessage& message : waiting.messages)
      releases.push_back({message.lease_id, Settlement::Kind::release, 0});
    waiting.batch->size -= waiting.messages.size();
  }
  waiting_.clear();
  if (!releases.empty()) queue_.settle(releases, context_.clock().now());
}

}  // namespace corral::queues
