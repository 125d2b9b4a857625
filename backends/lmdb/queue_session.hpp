#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/queue_record.hpp"

namespace corral::lmdb {

/// The databases of all queues within one transaction, and the operations that keep them consistent.
///
///   queues     name -> QueueState; "\0next" -> the number of the next queue
///   messages   queue, sequence -> MessageRecord
///   bodies     queue, sequence -> a body too long for the record
///   due        queue, visible_at, sequence -> nothing: every message but those of `final`
///   final      visible_at, queue, sequence -> LeaseFate: messages on their last lease, of all queues
///   retention  queue, expires_at, sequence -> count: this many messages from this one on, which arrived
///              together, expire then (those that still exist)
///
/// Views into records are valid until the next change.
class QueueSession {
 public:
  /// In a read: false from `open` if nothing was ever stored. In a write, `create` creates all databases.
  explicit QueueSession(Transaction& transaction) : transaction_(transaction) {}
  bool open();
  void create();

  /// The state of a queue; nullptr if it does not exist.
  QueueState* find(std::string_view queue);
  /// The state of a queue, created if it does not exist. Changes to it are kept by `save`.
  QueueState& get_or_create(std::string_view queue);
  /// Writes the states that were handed out. Must be the last step of a write.
  void save();

  [[nodiscard]] std::optional<MessageRecord> message(const QueueState& queue, Sequence sequence);
  std::string_view body(const QueueState& queue, Sequence sequence, const MessageRecord& record);

  /// Appends a message to a queue, to be deleted at record.expires_at (`note_retention`).
  Sequence add(QueueState& queue, MessageRecord record, std::string_view body);
  void note_retention(const QueueState& queue, UnixMillis expires_at, Sequence first, std::uint32_t count);
  void remove(QueueState& queue, Sequence sequence, const MessageHeader& header);
  /// Removes all messages of a queue; returns how many there were.
  std::uint64_t remove_all(QueueState& queue);

  /// Replaces the delivery fields: visible_at, attempts, leased and lease; and last_lease if a fate is given.
  void set_delivery(const QueueState& queue, Sequence sequence, const MessageHeader& before,
                    const MessageHeader& after, const LeaseFate* fate);

  /// What happens when the message's last lease expires; only if header.last_lease.
  LeaseFate fate(const QueueState& queue, Sequence sequence, const MessageHeader& header);

  /// Dead-letters or drops a message that used up its delivery attempts at the time `at`.
  void bury(QueueState& queue, Sequence sequence, const LeaseFate& fate, UnixMillis at);

  /// Whether anything is due: an expired last lease of any queue, or a retention of this one.
  bool anything_due(std::string_view queue, UnixMillis now);
  /// Processes what is due.
  void settle_due(std::string_view queue, UnixMillis now);

  /// Up to `limit` messages of a queue that are visible by `until`, in the order in which they become
  /// visible.
  std::vector<Sequence> first_due(const QueueState& queue, std::size_t limit, UnixMillis until);
  /// Up to `limit` messages of this queue that are on their last lease, in no particular order.
  std::vector<Sequence> last_leases(const QueueState& queue, std::size_t limit);
  /// Up to `limit` messages of a queue that arrived after `after`.
  std::vector<Sequence> arrived(const QueueState& queue, Sequence after, std::size_t limit);

  /// The names of all queues.
  std::vector<std::string> names();
  /// Removes the state of a queue that has no messages left.
  void forget(std::string_view queue);

 private:
  void end_last_leases(UnixMillis now);
  void end_retentions(QueueState& queue, UnixMillis now);
  void tidy_retentions(const QueueState& queue);

  struct Handed {
    QueueState state;
    std::string stored;
  };

  Transaction& transaction_;
  Database queues_;
  Database messages_;
  Database bodies_;
  Database due_;
  Database final_;
  Database retention_;
  std::map<std::string, Handed, std::less<>> states_;
};

}  // namespace corral::lmdb
