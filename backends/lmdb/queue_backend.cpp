#include "backends/lmdb/queue_backend.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/lmdb/message_queue.hpp"
#include "backends/lmdb/queue_session.hpp"

namespace corral::lmdb {

std::unique_ptr<MessageQueue> LmdbQueueBackend::open(std::string_view name) {
  return std::make_unique<LmdbMessageQueue>(environment_, std::string(name));
}

std::vector<std::string> LmdbQueueBackend::stored_queues() {
  std::vector<std::string> names;
  environment_.read([&](Transaction& transaction) {
    QueueSession session(transaction);
    if (session.open()) names = session.names();
  });
  return names;
}

MoveResult LmdbQueueBackend::move(std::string_view from, const MoveRequest& request, UnixMillis now) {
  check_queue_name(from);
  if (request.to) check_queue_name(*request.to);
  if (request.to == from)
    throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" is both ends of the move", shown(from)));
  const auto after = parse_ref(request.after_ref);
  MoveResult result;
  environment_.write([&](Transaction& transaction) {
    result = {};
    QueueSession session(transaction);
    session.create();
    session.settle_due(from, now);
    QueueState* source = session.find(from);
    if (source == nullptr) return;
    for (const Sequence sequence : session.arrived(*source, after ? after->sequence : 0, request.limit)) {
      MessageRecord record = session.message(*source, sequence).value();
      result.last_ref = ref_name(sequence, record);
      const std::string target_name = request.to.value_or(std::string(record.source));
      if (target_name.empty() || state_of(record, now) == MessageState::in_flight) {
        ++result.skipped;
        continue;
      }
      const std::string body(session.body(*source, sequence, record));
      session.remove(*source, sequence, record);
      record.source = {};
      record.attempts = 0;
      record.expires_at = now + request.retention(target_name);
      QueueState& target = session.get_or_create(target_name);
      const Sequence moved = session.add(target, record, body);
      session.note_retention(target, record.expires_at, moved, 1);
      ++result.moved;
    }
    session.save();
  });
  return result;
}

std::uint64_t LmdbQueueBackend::drop(std::string_view name) {
  std::uint64_t removed = 0;
  const auto stored = stored_queues();
  if (std::find(stored.begin(), stored.end(), name) == stored.end()) return removed;
  environment_.write([&](Transaction& transaction) {
    QueueSession session(transaction);
    session.create();
    QueueState* queue = session.find(name);
    removed = queue != nullptr ? session.remove_all(*queue) : 0;
    session.forget(name);
    session.save();
  });
  return removed;
}

}  // namespace corral::lmdb
