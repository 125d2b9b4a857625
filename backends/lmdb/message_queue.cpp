#include "backends/lmdb/message_queue.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/queue_session.hpp"

namespace corral::lmdb {

namespace {

constexpr std::size_t id_bytes = 16;
constexpr std::size_t messages_at_once = 1'000;
constexpr UnixMillis end_of_time = std::numeric_limits<UnixMillis>::max();

QueueMessage describe(QueueSession& session, const QueueState& queue, Sequence sequence,
                      const MessageRecord& record, UnixMillis now) {
  QueueMessage message;
  message.ref = ref_name(sequence, record);
  message.id = hex(record.id);
  message.timestamp = record.timestamp;
  message.attempts = record.attempts;
  message.state = state_of(record, now);
  message.visible_at = record.visible_at;
  message.expires_at = record.expires_at;
  message.content_type = record.content_type;
  message.body = session.body(queue, sequence, record);
  message.source = record.source;
  return message;
}

std::vector<QueueMessage> describe_all(QueueSession& session, const QueueState& queue,
                                       const std::vector<Sequence>& sequences, UnixMillis now) {
  std::vector<QueueMessage> messages;
  messages.reserve(sequences.size());
  for (const Sequence sequence : sequences) {
    messages.push_back(describe(session, queue, sequence, session.message(queue, sequence).value(), now));
  }
  return messages;
}

/// The message with this lease, if the lease has not expired.
std::optional<MessageHeader> leased(QueueSession& session, const QueueState& queue,
                                    const std::optional<NamedPlace>& lease, UnixMillis now) {
  if (!lease) return std::nullopt;
  const auto record = session.message(queue, lease->sequence);
  if (!record || !record->leased || record->lease != lease->check || record->visible_at <= now)
    return std::nullopt;
  return record->header();
}

Settled settle_one(QueueSession& session, QueueState& queue, Sequence sequence, const MessageHeader& header,
                   const Settlement& settlement, UnixMillis now) {
  MessageHeader after = header;
  after.leased = false;
  after.lease = 0;
  switch (settlement.kind) {
    case Settlement::Kind::ack: session.remove(queue, sequence, header); return Settled::done;
    case Settlement::Kind::retry:
      if (header.last_lease) {
        const LeaseFate fate = session.fate(queue, sequence, header);
        session.bury(queue, sequence, fate, now);
        return fate.dead_letter ? Settled::dead_lettered : Settled::dropped;
      }
      after.visible_at = now + settlement.delay;
      break;
    case Settlement::Kind::release:
      --after.attempts;
      after.visible_at = now;
      break;
  }
  session.set_delivery(queue, sequence, header, after, nullptr);
  return Settled::done;
}

std::vector<unsigned char> random_bytes(std::size_t count) {
  std::vector<unsigned char> bytes(count);
  fill_random(bytes);
  return bytes;
}

/// The `index`-th 64-bit number in `bytes`.
std::uint64_t random_number(const std::vector<unsigned char>& bytes, std::size_t index) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | bytes.at(index * sizeof number + i);
  return number;
}

}  // namespace

LmdbMessageQueue::LmdbMessageQueue(Environment& environment, std::string name)
    : environment_(environment), name_(std::move(name)) {
  check_queue_name(name_);
}

void LmdbMessageQueue::read(UnixMillis now, const std::function<void(QueueSession&)>& body) {
  for (bool due = true; due;) {
    environment_.read([&](Transaction& transaction) {
      QueueSession session(transaction);
      due = session.open() && session.anything_due(name_, now);
      if (!due && session.open()) body(session);
    });
    if (!stored()) return;
    if (due) write(now, [](QueueSession&) {});
  }
}

void LmdbMessageQueue::write(UnixMillis now, const std::function<void(QueueSession&)>& body) {
  environment_.write([&](Transaction& transaction) {
    QueueSession session(transaction);
    session.create();
    session.settle_due(name_, now);
    body(session);
    session.save();
  });
}

bool LmdbMessageQueue::stored() {
  bool found = false;
  environment_.read([&](Transaction& transaction) { found = QueueSession(transaction).open(); });
  return found;
}

std::vector<std::string> LmdbMessageQueue::send(std::span<const NewMessage> messages, UnixMillis retention,
                                                UnixMillis now) {
  for (const NewMessage& message : messages) check_message(message);
  std::vector<std::string> ids;
  if (messages.empty()) return ids;
  const std::vector<unsigned char> random = random_bytes(messages.size() * id_bytes);
  write(now, [&](QueueSession& session) {
    ids.clear();
    ids.reserve(messages.size());
    QueueState& queue = session.get_or_create(name_);
    const Sequence first = queue.next;
    MessageRecord record;
    record.timestamp = now;
    record.expires_at = now + retention;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      std::copy_n(random.data() + i * id_bytes, id_bytes, record.id.begin());
      record.visible_at = now + messages[i].delay;
      record.content_type = messages[i].content_type;
      session.add(queue, record, messages[i].body);
      ids.push_back(hex(record.id));
    }
    session.note_retention(queue, record.expires_at, first, static_cast<std::uint32_t>(messages.size()));
  });
  return ids;
}

PullResult LmdbMessageQueue::pull(const PullRequest& request, UnixMillis now) {
  check_pull(request);
  PullResult result;
  bool any = false;
  const auto refuse_if_paused = [&](const QueueState& queue) {
    if (!queue.paused) return;
    throw Error(ErrorKind::conflict, fmt::format("delivery of the queue \"{}\" is paused", shown(name_)),
                fmt::format("resume it with 'corral queues resume-delivery {}'", shown(name_)));
  };
  read(now, [&](QueueSession& session) {
    const QueueState* queue = session.find(name_);
    if (queue == nullptr) return;
    refuse_if_paused(*queue);
    result.backlog = queue->count;
    any = !session.first_due(*queue, 1, now).empty();
  });
  if (!any) return result;
  const std::vector<unsigned char> random = random_bytes(request.limit * sizeof(std::uint64_t));
  const LeaseFate fate{name_, request.dead_letter};
  write(now, [&](QueueSession& session) {
    result.messages.clear();
    result.used_up.clear();
    QueueState& queue = session.get_or_create(name_);
    refuse_if_paused(queue);
    for (bool more = true; more && result.messages.size() < request.limit;) {
      const auto sequences = session.first_due(queue, request.limit - result.messages.size(), now);
      more = !sequences.empty();
      for (const Sequence sequence : sequences) {
        const MessageRecord record = session.message(queue, sequence).value();
        if (record.attempts > request.max_retries) {  // an earlier pull allowed more retries
          result.used_up.push_back({hex(record.id), record.attempts});
          session.bury(queue, sequence, fate, now);
          // The queue is its own dead letter queue: the message is back in it and is due at the next pull.
          if (fate.dead_letter && fate.dead_letter->name == name_) more = false;
          continue;
        }
        MessageHeader after = record.header();
        ++after.attempts;
        after.leased = true;
        after.visible_at = now + request.visibility;
        after.lease = random_number(random, result.messages.size());
        QueueMessage message = describe(session, queue, sequence, record, now);
        message.attempts = after.attempts;
        message.state = MessageState::in_flight;
        message.visible_at = after.visible_at;
        message.lease_id = lease_name(sequence, after.lease);
        const bool last = after.attempts > request.max_retries;
        session.set_delivery(queue, sequence, record, after, last ? &fate : nullptr);
        result.messages.push_back(std::move(message));
      }
    }
    result.backlog = queue.count;
  });
  return result;
}

std::vector<Settled> LmdbMessageQueue::settle(std::span<const Settlement> settlements, UnixMillis now) {
  for (const Settlement& settlement : settlements) check_delay(settlement.delay);
  std::vector<Settled> settled(settlements.size(), Settled::stale);
  if (settlements.empty() || !stored()) return settled;
  write(now, [&](QueueSession& session) {
    QueueState* queue = session.find(name_);
    for (std::size_t i = 0; i < settlements.size(); ++i) {
      const auto lease = parse_lease(settlements[i].lease_id);
      const auto header = queue != nullptr ? leased(session, *queue, lease, now) : std::nullopt;
      settled[i] = header ? settle_one(session, *queue, lease->sequence, *header, settlements[i], now)
                          : Settled::stale;
    }
  });
  return settled;
}

std::vector<bool> LmdbMessageQueue::extend(std::span<const std::string> lease_ids, UnixMillis visibility,
                                           UnixMillis now) {
  check_visibility(visibility);
  std::vector<bool> live(lease_ids.size(), false);
  if (lease_ids.empty() || !stored()) return live;
  write(now, [&](QueueSession& session) {
    const QueueState* queue = session.find(name_);
    for (std::size_t i = 0; i < lease_ids.size(); ++i) {
      const auto lease = parse_lease(lease_ids[i]);
      const auto header = queue != nullptr ? leased(session, *queue, lease, now) : std::nullopt;
      live[i] = header.has_value();
      if (!header) continue;
      MessageHeader after = *header;
      after.visible_at = now + visibility;
      if (header->last_lease) {
        const LeaseFate fate = session.fate(*queue, lease->sequence, *header);
        session.set_delivery(*queue, lease->sequence, *header, after, &fate);
      } else {
        session.set_delivery(*queue, lease->sequence, *header, after, nullptr);
      }
    }
  });
  return live;
}

std::vector<QueueMessage> LmdbMessageQueue::peek(std::size_t limit, bool hidden, UnixMillis now) {
  std::vector<QueueMessage> messages;
  read(now, [&](QueueSession& session) {
    const QueueState* queue = session.find(name_);
    if (queue == nullptr) return;
    messages =
        describe_all(session, *queue, session.first_due(*queue, limit, hidden ? end_of_time : now), now);
    if (!hidden) return;
    for (QueueMessage& message :
         describe_all(session, *queue, session.last_leases(*queue, limit - messages.size()), now)) {
      messages.push_back(std::move(message));
    }
  });
  return messages;
}

std::vector<QueueMessage> LmdbMessageQueue::list(std::string_view after_ref, std::size_t limit,
                                                 UnixMillis now) {
  const auto after = parse_ref(after_ref);
  if (!after && !after_ref.empty())
    throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" is not a message's ref", shown(after_ref)));
  std::vector<QueueMessage> messages;
  read(now, [&](QueueSession& session) {
    const QueueState* queue = session.find(name_);
    if (queue == nullptr) return;
    messages =
        describe_all(session, *queue, session.arrived(*queue, after ? after->sequence : 0, limit), now);
  });
  return messages;
}

std::string LmdbMessageQueue::last_ref() {
  std::string ref;
  environment_.read([&](Transaction& transaction) {
    QueueSession session(transaction);
    const QueueState* queue = session.open() ? session.find(name_) : nullptr;
    if (queue != nullptr && queue->next > 1) ref = ref_name(queue->next - 1, {});
  });
  return ref;
}

std::vector<bool> LmdbMessageQueue::erase(std::span<const std::string> refs, UnixMillis now) {
  std::vector<bool> erased(refs.size(), false);
  if (refs.empty() || !stored()) return erased;
  write(now, [&](QueueSession& session) {
    QueueState* queue = session.find(name_);
    for (std::size_t i = 0; i < refs.size(); ++i) {
      const auto place = parse_ref(refs[i]);
      const auto record = queue != nullptr && place ? session.message(*queue, place->sequence) : std::nullopt;
      erased[i] = record && id_check(*record) == place->check;
      if (erased[i]) session.remove(*queue, place->sequence, *record);
    }
  });
  return erased;
}

std::optional<std::uint64_t> LmdbMessageQueue::purge(UnixMillis now) {
  std::uint64_t removed = 0;
  if (!stored()) return removed;
  write(now, [&](QueueSession& session) {
    QueueState* queue = session.find(name_);
    removed = queue != nullptr ? session.remove_all(*queue) : 0;
  });
  return removed;
}

void LmdbMessageQueue::set_paused(bool paused) {
  if (!paused && !this->paused()) return;
  environment_.write([&](Transaction& transaction) {
    QueueSession session(transaction);
    session.create();
    session.get_or_create(name_).paused = paused;
    session.save();
  });
}

bool LmdbMessageQueue::paused() {
  bool paused = false;
  environment_.read([&](Transaction& transaction) {
    QueueSession session(transaction);
    const QueueState* queue = session.open() ? session.find(name_) : nullptr;
    paused = queue != nullptr && queue->paused;
  });
  return paused;
}

QueueStats LmdbMessageQueue::stats(UnixMillis now) {
  QueueStats stats;
  read(now, [&](QueueSession& session) {
    stats = {};
    const QueueState* queue = session.find(name_);
    if (queue == nullptr) return;
    stats.dead_lettered = queue->dead_lettered;
    stats.dropped = queue->dropped;
    stats.expired = queue->expired;
    stats.paused = queue->paused;
    Sequence after = 0;
    for (auto some = session.arrived(*queue, after, messages_at_once); !some.empty();
         some = session.arrived(*queue, after, messages_at_once)) {
      for (const Sequence sequence : some) {
        const MessageRecord record = session.message(*queue, sequence).value();
        ++stats.messages;
        stats.bytes += session.body(*queue, sequence, record).size();
        stats.oldest = std::min(stats.oldest.value_or(record.timestamp), record.timestamp);
        const MessageState state = state_of(record, now);
        ++(state == MessageState::ready     ? stats.ready
           : state == MessageState::delayed ? stats.delayed
                                            : stats.in_flight);
      }
      after = some.back();
    }
  });
  return stats;
}

}  // namespace corral::lmdb
