#include "tests/model/plain_queues.hpp"

#include <algorithm>
#include <tuple>

namespace corral::testing {

namespace {

bool is_sooner(const PlainMessage& a, const PlainMessage& b) {
  return std::tie(a.last_lease, a.visible_at, a.arrival) < std::tie(b.last_lease, b.visible_at, b.arrival);
}

}  // namespace

void PlainQueues::arrive(PlainMessage message, std::size_t queue) {
  message.queue = queue;
  message.arrival = ++counts[queue].arrivals;
  message.leased = false;
  message.last_lease = false;
  message.lease_id.clear();
  messages.push_back(std::move(message));
}

void PlainQueues::take_out(const std::string& id) {
  std::erase_if(messages, [&](const PlainMessage& message) { return message.id == id; });
}

void PlainQueues::bury(PlainMessage message, UnixMillis at) {
  take_out(message.id);
  PlainCounts& count = counts[message.queue];
  if (message.expires_at <= at) {
    ++count.expired;
    return;
  }
  if (!message.dead_letter) {
    ++count.dropped;
    return;
  }
  ++count.dead_lettered;
  message.source = message.queue;
  message.attempts = 0;
  message.visible_at = at;
  message.expires_at = at + message.dead_letter_retention;
  arrive(message, *message.dead_letter);
}

void PlainQueues::pass(UnixMillis now) {
  while (true) {
    // The first last lease to run out: by time, then by queue, then by arrival.
    const PlainMessage* first = nullptr;
    for (const PlainMessage& message : messages) {
      if (!message.last_lease || message.visible_at > now) continue;
      if (first == nullptr || std::tie(message.visible_at, message.queue, message.arrival) <
                                  std::tie(first->visible_at, first->queue, first->arrival)) {
        first = &message;
      }
    }
    if (first == nullptr) break;
    bury(*first, first->visible_at);
  }
  std::erase_if(messages, [&](const PlainMessage& message) {
    if (message.expires_at > now) return false;
    ++counts[message.queue].expired;
    return true;
  });
}

void PlainQueues::send(std::size_t queue, const std::string& id, UnixMillis delay, UnixMillis retention,
                       UnixMillis now) {
  PlainMessage message;
  message.id = id;
  message.timestamp = now;
  message.visible_at = now + delay;
  message.expires_at = now + retention;
  arrive(message, queue);
}

std::vector<PlainMessage> PlainQueues::pull(std::size_t queue, std::size_t limit, UnixMillis visibility,
                                            std::uint32_t max_retries, std::optional<std::size_t> dead_letter,
                                            UnixMillis dead_letter_retention, UnixMillis now) {
  std::vector<PlainMessage> pulled;
  std::vector<PlainMessage> candidates = in_order(queue);
  for (PlainMessage& candidate : candidates) {
    if (candidate.last_lease || candidate.visible_at > now || pulled.size() == limit) continue;
    candidate.dead_letter = dead_letter;
    candidate.dead_letter_retention = dead_letter_retention;
    if (candidate.attempts > max_retries) {
      bury(candidate, now);
      continue;
    }
    ++candidate.attempts;
    candidate.leased = true;
    candidate.visible_at = now + visibility;
    candidate.last_lease = candidate.attempts == max_retries + 1;
    for (PlainMessage& message : messages) {
      if (message.id == candidate.id) message = candidate;
    }
    pulled.push_back(candidate);
  }
  return pulled;
}

void PlainQueues::lease(std::size_t queue, const std::string& id, const std::string& lease_id) {
  for (PlainMessage& message : messages) {
    if (message.queue == queue && message.id == id) message.lease_id = lease_id;
  }
}

PlainMessage* PlainQueues::live_lease(std::size_t queue, const std::string& lease_id, UnixMillis now) {
  for (PlainMessage& message : messages) {
    if (message.queue == queue && message.leased && message.lease_id == lease_id && message.visible_at > now)
      return &message;
  }
  return nullptr;
}

Settled PlainQueues::settle(std::size_t queue, const Settlement& settlement, UnixMillis now) {
  PlainMessage* message = live_lease(queue, settlement.lease_id, now);
  if (message == nullptr) return Settled::stale;
  if (settlement.kind == Settlement::Kind::ack) {
    take_out(std::string(message->id));
  } else if (settlement.kind == Settlement::Kind::retry && message->last_lease) {
    const bool moves = message->dead_letter.has_value();
    bury(*message, now);
    return moves ? Settled::dead_lettered : Settled::dropped;
  } else {
    const bool released = settlement.kind == Settlement::Kind::release;
    message->attempts -= released ? 1 : 0;
    message->visible_at = released ? now : now + settlement.delay;
    message->leased = false;
    message->last_lease = false;
  }
  return Settled::done;
}

bool PlainQueues::extend(std::size_t queue, const std::string& lease_id, UnixMillis visibility,
                         UnixMillis now) {
  PlainMessage* message = live_lease(queue, lease_id, now);
  if (message == nullptr) return false;
  message->visible_at = now + visibility;
  return true;
}

std::uint64_t PlainQueues::purge(std::size_t queue) {
  return std::erase_if(messages, [&](const PlainMessage& message) { return message.queue == queue; });
}

void PlainQueues::move(std::size_t queue, std::optional<std::size_t> to, std::size_t limit,
                       UnixMillis retention, UnixMillis now) {
  std::vector<PlainMessage> all;
  for (const PlainMessage& message : messages) {
    if (message.queue == queue) all.push_back(message);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
  if (all.size() > limit) all.resize(limit);
  for (PlainMessage& message : all) {
    const auto target = to ? to : message.source;
    if (!target || (message.leased && message.visible_at > now)) continue;
    take_out(message.id);
    message.source.reset();
    message.attempts = 0;
    message.expires_at = now + retention;
    arrive(message, *target);
  }
}

std::vector<PlainMessage> PlainQueues::in_order(std::size_t queue) const {
  std::vector<PlainMessage> found;
  for (const PlainMessage& message : messages) {
    if (message.queue == queue) found.push_back(message);
  }
  std::sort(found.begin(), found.end(), is_sooner);
  return found;
}

QueueStats PlainQueues::stats(std::size_t queue, UnixMillis now) const {
  QueueStats stats;
  for (const PlainMessage& message : messages) {
    if (message.queue != queue) continue;
    ++stats.messages;
    ++(message.visible_at <= now ? stats.ready : message.leased ? stats.in_flight : stats.delayed);
    stats.oldest = std::min(stats.oldest.value_or(message.timestamp), message.timestamp);
  }
  stats.dead_lettered = counts[queue].dead_lettered;
  stats.dropped = counts[queue].dropped;
  stats.expired = counts[queue].expired;
  stats.paused = counts[queue].paused;
  return stats;
}

}  // namespace corral::testing
