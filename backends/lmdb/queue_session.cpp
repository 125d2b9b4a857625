#include "backends/lmdb/queue_session.hpp"

#include <limits>

#include "backends/bytes/byte_order.hpp"
#include "backends/error.hpp"

namespace corral::lmdb {

namespace {

constexpr std::string_view next_number_key("\0next", 5);

std::string encode_number(std::uint32_t number) {
  std::string bytes;
  append_little_endian(bytes, number);
  return bytes;
}

std::uint32_t decode_number(std::string_view bytes) {
  if (bytes.size() != sizeof(std::uint32_t))
    throw Error(ErrorKind::corrupt, "an entry of the queues' LMDB environment is damaged");
  return read_little_endian<std::uint32_t>(bytes.data());
}

}  // namespace

bool QueueSession::open() {
  const auto queues = transaction_.find("queues");
  const auto messages = transaction_.find("messages");
  const auto bodies = transaction_.find("bodies");
  const auto due = transaction_.find("due");
  const auto last = transaction_.find("final");
  const auto retention = transaction_.find("retention");
  if (!queues || !messages || !bodies || !due || !last || !retention) return false;
  queues_ = *queues;
  messages_ = *messages;
  bodies_ = *bodies;
  due_ = *due;
  final_ = *last;
  retention_ = *retention;
  return true;
}

void QueueSession::create() {
  queues_ = transaction_.make("queues");
  messages_ = transaction_.make("messages");
  bodies_ = transaction_.make("bodies");
  due_ = transaction_.make("due");
  final_ = transaction_.make("final");
  retention_ = transaction_.make("retention");
}

QueueState* QueueSession::find(std::string_view queue) {
  const auto known = states_.find(queue);
  if (known != states_.end()) return &known->second.state;
  const auto bytes = transaction_.get(queues_, queue);
  if (!bytes) return nullptr;
  const Handed handed{decode_state(*bytes), std::string(*bytes)};
  return &states_.emplace(queue, handed).first->second.state;
}

QueueState& QueueSession::get_or_create(std::string_view queue) {
  if (QueueState* known = find(queue)) return *known;
  const auto bytes = transaction_.get(queues_, next_number_key);
  QueueState state;
  state.number = bytes ? decode_number(*bytes) : 1;
  transaction_.put(queues_, next_number_key, encode_number(state.number + 1));
  return states_.emplace(queue, Handed{state, {}}).first->second.state;
}

void QueueSession::save() {
  for (auto& [name, handed] : states_) {
    std::string bytes = encode_state(handed.state);
    if (bytes == handed.stored) continue;
    transaction_.put(queues_, name, bytes);
    handed.stored = std::move(bytes);
  }
}

std::vector<std::string> QueueSession::names() {
  std::vector<std::string> names;
  Cursor cursor = transaction_.cursor(queues_);
  for (auto record = cursor.first(); record; record = cursor.next()) {
    if (record->first != next_number_key) names.emplace_back(record->first);
  }
  return names;
}

void QueueSession::forget(std::string_view queue) {
  transaction_.erase(queues_, queue);
  const auto known = states_.find(queue);
  if (known != states_.end()) states_.erase(known);
}

std::optional<MessageRecord> QueueSession::message(const QueueState& queue, Sequence sequence) {
  const auto bytes = transaction_.get(messages_, message_key(queue.number, sequence));
  if (!bytes) return std::nullopt;
  return decode_record(*bytes);
}

std::string_view QueueSession::body(const QueueState& queue, Sequence sequence, const MessageRecord& record) {
  if (!record.body_apart) return record.body;
  const auto bytes = transaction_.get(bodies_, message_key(queue.number, sequence));
  if (!bytes) throw Error(ErrorKind::corrupt, "the body of a message in the queues' environment is missing");
  return *bytes;
}

Sequence QueueSession::add(QueueState& queue, MessageRecord record, std::string_view body) {
  const Sequence sequence = queue.next++;
  const std::string key = message_key(queue.number, sequence);
  record.leased = false;
  record.last_lease = false;
  record.lease = 0;
  record.body_apart = body.size() > max_inline_body;
  record.body = body;
  const std::string bytes = encode_record(record);
  if (record.body_apart) transaction_.put(bodies_, key, body);
  transaction_.put(messages_, key, bytes);
  transaction_.put(due_, time_key(queue.number, record.visible_at, sequence), {});
  ++queue.count;
  return sequence;
}

void QueueSession::note_retention(const QueueState& queue, UnixMillis expires_at, Sequence first,
                                  std::uint32_t count) {
  transaction_.put(retention_, time_key(queue.number, expires_at, first), encode_number(count));
}

void QueueSession::remove(QueueState& queue, Sequence sequence, const MessageHeader& header) {
  const MessageHeader kept = header;  // `header` may lie in the record that is about to be removed
  const std::string key = message_key(queue.number, sequence);
  transaction_.erase(messages_, key);
  if (kept.body_apart) transaction_.erase(bodies_, key);
  if (kept.last_lease) {
    transaction_.erase(final_, final_key(kept.visible_at, queue.number, sequence));
  } else {
    transaction_.erase(due_, time_key(queue.number, kept.visible_at, sequence));
  }
  const std::string retention = time_key(queue.number, kept.expires_at, sequence);
  const auto together = transaction_.get(retention_, retention);
  if (together && decode_number(*together) == 1) transaction_.erase(retention_, retention);
  --queue.count;
  if (queue.count == 0) tidy_retentions(queue);
}

std::uint64_t QueueSession::remove_all(QueueState& queue) {
  constexpr std::size_t at_once = 1'000;
  const std::uint64_t count = queue.count;
  while (true) {
    const auto sequences = arrived(queue, 0, at_once);
    if (sequences.empty()) return count;
    for (const Sequence sequence : sequences) remove(queue, sequence, message(queue, sequence).value());
  }
}

/// An empty queue needs no retentions; leftover entries of batches are removed gradually.
void QueueSession::tidy_retentions(const QueueState& queue) {
  constexpr std::size_t at_once = 64;
  std::vector<std::string> keys;
  const std::string prefix = queue_prefix(queue.number);
  {
    Cursor cursor = transaction_.cursor(retention_);
    for (auto record = cursor.seek(prefix);
         record && record->first.starts_with(prefix) && keys.size() < at_once; record = cursor.next()) {
      keys.emplace_back(record->first);
    }
  }
  for (const std::string& key : keys) transaction_.erase(retention_, key);
}

void QueueSession::set_delivery(const QueueState& queue, Sequence sequence, const MessageHeader& before,
                                const MessageHeader& after, const LeaseFate* fate) {
  const std::string key = message_key(queue.number, sequence);
  const UnixMillis old_time = before.visible_at;
  const bool old_last = before.last_lease;
  MessageRecord record = decode_record(transaction_.get(messages_, key).value());
  record.visible_at = after.visible_at;
  record.attempts = after.attempts;
  record.leased = after.leased;
  record.lease = after.lease;
  record.last_lease = fate != nullptr;
  transaction_.put(messages_, key, encode_record(record));
  if (old_last) {
    transaction_.erase(final_, final_key(old_time, queue.number, sequence));
  } else {
    transaction_.erase(due_, time_key(queue.number, old_time, sequence));
  }
  if (fate != nullptr) {
    transaction_.put(final_, final_key(after.visible_at, queue.number, sequence), encode_fate(*fate));
  } else {
    transaction_.put(due_, time_key(queue.number, after.visible_at, sequence), {});
  }
}

LeaseFate QueueSession::fate(const QueueState& queue, Sequence sequence, const MessageHeader& header) {
  const auto bytes = transaction_.get(final_, final_key(header.visible_at, queue.number, sequence));
  if (!bytes) throw Error(ErrorKind::corrupt, "the queues' environment does not know what ends a lease");
  return decode_fate(*bytes);
}

void QueueSession::bury(QueueState& queue, Sequence sequence, const LeaseFate& fate, UnixMillis at) {
  const auto found = message(queue, sequence);
  if (!found) return;
  MessageRecord record = *found;
  const std::string kept_body(body(queue, sequence, record));
  remove(queue, sequence, record);
  if (record.expires_at <= at) {
    ++queue.expired;
    return;
  }
  if (!fate.dead_letter) {
    ++queue.dropped;
    return;
  }
  ++queue.dead_lettered;
  QueueState& target = get_or_create(fate.dead_letter->name);
  record.source = fate.queue;
  record.attempts = 0;
  record.visible_at = at;
  record.expires_at = at + fate.dead_letter->retention;
  const Sequence moved = add(target, record, kept_body);
  note_retention(target, record.expires_at, moved, 1);
}

bool QueueSession::anything_due(std::string_view queue, UnixMillis now) {
  {
    Cursor cursor = transaction_.cursor(final_);
    const auto first = cursor.first();
    if (first && parts_of_final_key(first->first).time <= now) return true;
  }
  const QueueState* state = find(queue);
  if (state == nullptr) return false;
  const std::string prefix = queue_prefix(state->number);
  Cursor cursor = transaction_.cursor(retention_);
  const auto first = cursor.seek(prefix);
  return first && first->first.starts_with(prefix) && parts_of_time_key(first->first).time <= now;
}

void QueueSession::settle_due(std::string_view queue, UnixMillis now) {
  end_last_leases(now);
  if (QueueState* state = find(queue)) end_retentions(*state, now);
}

void QueueSession::end_last_leases(UnixMillis now) {
  while (true) {
    LeaseFate fate;
    KeyParts place;
    std::string key;
    {
      Cursor cursor = transaction_.cursor(final_);
      const auto first = cursor.first();
      if (!first) return;
      place = parts_of_final_key(first->first);
      if (place.time > now) return;
      fate = decode_fate(first->second);
      key = first->first;
    }
    transaction_.erase(final_, key);
    bury(get_or_create(fate.queue), place.sequence, fate, place.time);
  }
}

void QueueSession::end_retentions(QueueState& queue, UnixMillis now) {
  const std::string prefix = queue_prefix(queue.number);
  while (true) {
    std::string key;
    std::uint32_t count = 0;
    {
      Cursor cursor = transaction_.cursor(retention_);
      const auto first = cursor.seek(prefix);
      if (!first || !first->first.starts_with(prefix)) return;
      if (parts_of_time_key(first->first).time > now) return;
      key = first->first;
      count = decode_number(first->second);
    }
    const Sequence start = parts_of_time_key(key).sequence;
    transaction_.erase(retention_, key);
    for (const Sequence sequence : arrived(queue, start - 1, count)) {
      if (sequence >= start + count) break;
      const auto record = message(queue, sequence);
      if (record->expires_at > now) continue;
      remove(queue, sequence, *record);
      ++queue.expired;
    }
  }
}

std::vector<Sequence> QueueSession::first_due(const QueueState& queue, std::size_t limit, UnixMillis until) {
  std::vector<Sequence> found;
  const std::string prefix = queue_prefix(queue.number);
  Cursor cursor = transaction_.cursor(due_);
  for (auto record = cursor.seek(prefix); record && found.size() < limit && record->first.starts_with(prefix);
       record = cursor.next()) {
    const KeyParts parts = parts_of_time_key(record->first);
    if (parts.time > until) break;
    found.push_back(parts.sequence);
  }
  return found;
}

std::vector<Sequence> QueueSession::last_leases(const QueueState& queue, std::size_t limit) {
  std::vector<Sequence> found;
  Cursor cursor = transaction_.cursor(final_);
  for (auto record = cursor.first(); record && found.size() < limit; record = cursor.next()) {
    const KeyParts parts = parts_of_final_key(record->first);
    if (parts.queue == queue.number) found.push_back(parts.sequence);
  }
  return found;
}

std::vector<Sequence> QueueSession::arrived(const QueueState& queue, Sequence after, std::size_t limit) {
  std::vector<Sequence> found;
  const std::string prefix = queue_prefix(queue.number);
  if (after == std::numeric_limits<Sequence>::max()) return found;
  Cursor cursor = transaction_.cursor(messages_);
  for (auto record = cursor.seek(message_key(queue.number, after + 1));
       record && found.size() < limit && record->first.starts_with(prefix); record = cursor.next()) {
    found.push_back(parts_of_message_key(record->first).sequence);
  }
  return found;
}

}  // namespace corral::lmdb
