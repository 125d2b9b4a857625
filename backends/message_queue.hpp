#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// Limits and defaults of Cloudflare Queues (docs/reference/queues.md; developers.cloudflare.com/queues).
inline constexpr std::size_t queue_max_message_bytes = 128'000;
inline constexpr std::size_t queue_max_pull = 100;                  ///< messages per pull
inline constexpr UnixMillis queue_max_delay = 86'400'000;           ///< 24 h
inline constexpr UnixMillis queue_min_retention = 60'000;           ///< 60 s
inline constexpr UnixMillis queue_max_retention = 1'209'600'000;    ///< 14 days
inline constexpr UnixMillis queue_default_retention = 345'600'000;  ///< 4 days
inline constexpr UnixMillis queue_default_visibility = 30'000;      ///< 30 s
inline constexpr UnixMillis queue_max_visibility = 43'200'000;      ///< 12 h
inline constexpr std::uint32_t queue_default_retries = 3;
inline constexpr std::uint32_t queue_max_retries = 100;

/// The content type of a body, which the queue itself treats as opaque bytes.
enum class QueueContentType : std::uint8_t { json, text, bytes, v8 };

/// "json", "text", "bytes", "v8".
std::string_view name_of(QueueContentType type) noexcept;
std::optional<QueueContentType> content_type_of(std::string_view name) noexcept;

/// A message to send.
struct NewMessage {
  std::string body;  ///< at most queue_max_message_bytes
  QueueContentType content_type = QueueContentType::text;
  UnixMillis delay = 0;  ///< not delivered before now + delay; 0 to queue_max_delay
};

/// The delivery state of a message at a given time.
enum class MessageState {
  ready,      ///< available to the next pull
  delayed,    ///< its delay has not elapsed
  in_flight,  ///< leased, and the lease is live
};

/// A message as stored.
struct QueueMessage {
  std::string ref;           ///< handle for `erase` and position for `list`; opaque, valid in this queue only
  std::string id;            ///< 32 hex digits, preserved when the message moves to another queue
  UnixMillis timestamp = 0;  ///< when it was sent; preserved when it moves
  std::uint32_t attempts = 0;  ///< deliveries so far, including the current one
  MessageState state = MessageState::ready;
  UnixMillis visible_at = 0;  ///< deliverable from then on; if in flight, when the lease expires
  UnixMillis expires_at = 0;  ///< deleted at this time
  QueueContentType content_type = QueueContentType::text;
  std::string body;
  std::string source;    ///< the queue it was dead-lettered from; empty: it was sent here
  std::string lease_id;  ///< set by `pull` only: identifies this delivery for `settle` and `extend`
};

/// Destination of a message that has used up its delivery attempts.
struct DeadLetterQueue {
  std::string name;
  UnixMillis retention = queue_default_retention;  ///< that queue's, counted from arrival there
};

struct PullRequest {
  std::size_t limit = 5;                              ///< 1 to queue_max_pull
  UnixMillis visibility = queue_default_visibility;   ///< length of the leases; 1 to queue_max_visibility
  std::uint32_t max_retries = queue_default_retries;  ///< at most max_retries + 1 deliveries
  std::optional<DeadLetterQueue> dead_letter = {};    ///< nullopt: such messages are dropped
};

/// A message that a pull found out of attempts, because an earlier pull allowed more of them.
struct UsedUp {
  std::string id;
  std::uint32_t attempts = 0;
};

struct PullResult {
  std::vector<QueueMessage> messages;  ///< ordered by visible_at, earliest first
  std::vector<UsedUp> used_up;         ///< dropped or dead-lettered instead of delivered
  std::uint64_t backlog = 0;           ///< messages in the queue, including those in flight
};

/// The outcome a consumer reports for one delivery.
struct Settlement {
  enum class Kind {
    ack,      ///< done: the message is deleted
    retry,    ///< redeliver after `delay`; after the last attempt, dead-letter or drop
    release,  ///< not processed: undo the delivery, without counting an attempt
  };
  std::string lease_id;
  Kind kind = Kind::ack;
  UnixMillis delay = 0;  ///< of a retry; 0 to queue_max_delay
};

/// The result of a settlement.
enum class Settled {
  stale,          ///< the lease was no longer live; nothing changed
  done,           ///< applied as requested
  dropped,        ///< retry after the last attempt; the pull named no dead letter queue
  dead_lettered,  ///< retry after the last attempt; moved to the pull's dead letter queue
};

struct QueueStats {
  std::uint64_t messages = 0;  ///< total: ready + delayed + in_flight
  std::uint64_t bytes = 0;     ///< of their bodies
  std::uint64_t ready = 0;
  std::uint64_t delayed = 0;
  std::uint64_t in_flight = 0;
  std::optional<UnixMillis> oldest;  ///< the smallest timestamp
  std::uint64_t dead_lettered = 0;   ///< total ever moved to a dead letter queue
  std::uint64_t dropped = 0;  ///< total ever dropped after the last attempt, for lack of a dead letter queue
  std::uint64_t expired = 0;  ///< total ever deleted by retention
  bool paused = false;
};

/// What differs by nature between a queue of a state folder and one of an account.
struct QueueTraits {
  std::size_t most_sent = 10'000;                       ///< messages of one `send`
  std::size_t most_sent_bytes = std::size_t{8} << 20U;  ///< of one `send`, by `sent_bytes`
  bool says_ids = true;                                 ///< `send` returns the ids
  bool extends_leases = true;                           ///< `extend` works
  bool releases_freely = true;                          ///< a release does not count as an attempt
  bool shows_all = true;                                ///< `peek` shows hidden ones; `list`, `erase` work
  bool counts = true;                                   ///< `stats` works
  std::size_t most_peeked = 10'000;                     ///< messages of one `peek`
  UnixMillis poll_pause = 20;                           ///< between two looks into an empty queue
};

/// One queue: at-least-once delivery based on leases (docs/reference/queues.md).
///
/// In a state folder all of this holds. An account's queue has Cloudflare's clock instead of `now`, its own
/// retention, and its consumer's retries and dead letter queue instead of a pull's; its pulls report no
/// message as used up. What it cannot do (`traits`) throws unavailable.
///
/// Time: `now` comes from the caller. A message is visible while visible_at <= now, a lease is live while now
/// < visible_at, a message is gone once expires_at <= now, in flight or not.
///
/// Life cycle: a sent message waits for its delay; `pull` counts an attempt and leases it; the lease ends by
/// `settle`, or expires and makes the message visible again. After the last delivery allowed by a pull's
/// max_retries, that pull's settings decide: the message moves to its dead letter queue, keeping id and
/// timestamp with attempts reset, or is dropped. If such a lease expires, this happens at the start of the
/// next call on any queue of the state folder, so the delay is not observable.
///
/// Concurrency: any number of processes. Every call is one transaction (including `purge` of many messages):
/// a message never has two live leases. Changes are durable when the call returns, unless the backend was
/// opened not to wait for the disk. Reading a queue that was never written to creates no file.
///
/// Cost: send, pull, settle, extend, peek and a page of list cost an index descent, regardless of the
/// backlog. stats scans every message.
///
/// Errors: limit for a size, count, delay or duration beyond the constants above; io, corrupt.
class MessageQueue {
 public:
  virtual ~MessageQueue() = default;

  [[nodiscard]] virtual const QueueTraits& traits() const = 0;

  /// How much of `most_sent_bytes` a message takes.
  [[nodiscard]] virtual std::size_t sent_bytes(const NewMessage& message) const = 0;

  /// Sends the messages, all or none, and returns their ids in order, if the queue says them. `retention`: ms
  /// until they are deleted. A paused queue still accepts messages.
  virtual std::vector<std::string> send(std::span<const NewMessage> messages, UnixMillis retention,
                                        UnixMillis now) = 0;

  /// Leases up to `limit` visible messages. Throws conflict if delivery is paused (as the REST API does).
  virtual PullResult pull(const PullRequest& request, UnixMillis now) = 0;

  /// Ends leases; if a lease is settled more than once, the first settlement counts. Returns the result of
  /// each.
  virtual std::vector<Settled> settle(std::span<const Settlement> settlements, UnixMillis now) = 0;

  /// Moves the expiry of live leases to now + visibility. Returns for each whether it was live.
  virtual std::vector<bool> extend(std::span<const std::string> lease_ids, UnixMillis visibility,
                                   UnixMillis now) = 0;

  /// The next messages in `pull` order, without leasing them. With `hidden`, followed by those that cannot be
  /// pulled yet.
  virtual std::vector<QueueMessage> peek(std::size_t limit, bool hidden, UnixMillis now) = 0;

  /// One page of all messages in arrival order, starting after `after_ref` (empty: from the first; the
  /// message need not exist any more). An empty page marks the end.
  virtual std::vector<QueueMessage> list(std::string_view after_ref, std::size_t limit, UnixMillis now) = 0;

  /// The ref of the most recent arrival, even if it is gone; empty: nothing ever arrived.
  virtual std::string last_ref() = 0;

  /// Deletes these messages, in flight or not; returns for each whether it existed.
  virtual std::vector<bool> erase(std::span<const std::string> refs, UnixMillis now) = 0;

  /// Deletes all messages, in flight or not, which invalidates their leases. Returns how many there were;
  /// nullopt: not known.
  virtual std::optional<std::uint64_t> purge(UnixMillis now) = 0;

  /// Pauses or resumes delivery; existing leases stay live.
  virtual void set_paused(bool paused) = 0;
  virtual bool paused() = 0;

  virtual QueueStats stats(UnixMillis now) = 0;
};

/// Options for moving messages between queues.
struct MoveRequest {
  /// The destination; nullopt: each message returns to its source, and those without one stay.
  std::optional<std::string> to;
  std::size_t limit = 10'000;  ///< maximum messages per call
  /// The retention of a queue (in ms) by name, counted from arrival there.
  std::function<UnixMillis(const std::string&)> retention;
  std::string after_ref;  ///< only messages that arrived after this one
};

struct MoveResult {
  std::uint64_t moved = 0;
  std::uint64_t skipped = 0;  ///< in flight, or without a source
  std::string last_ref;       ///< the last message examined; empty: there was none
};

/// The messages of all queues of one place, a state folder or an account. A name is 1 to 255 bytes.
class QueueBackend {
 public:
  virtual ~QueueBackend() = default;

  /// The queue of this name. In a state folder, one that does not exist yet reads as empty and is created by
  /// the first change.
  virtual std::unique_ptr<MessageQueue> open(std::string_view name) = 0;

  /// The names of the queues that have messages or other stored state, in byte order.
  virtual std::vector<std::string> stored_queues() = 0;

  /// Moves messages without a live lease, in arrival order, in one transaction: id, timestamp and any
  /// remaining delay are kept, attempts are reset. Repeat with after_ref = last_ref until last_ref is empty.
  /// Throws invalid_input if a queue is moved to itself.
  virtual MoveResult move(std::string_view from, const MoveRequest& request, UnixMillis now) = 0;

  /// Removes a queue and its messages; returns how many there were.
  virtual std::uint64_t drop(std::string_view name) = 0;

  /// Path of the queues' storage, for messages.
  [[nodiscard]] virtual std::string location() const = 0;
};

/// Throw limit or invalid_input for values that a queue rejects (see the constants above).
void check_message(const NewMessage& message);
void check_pull(const PullRequest& request);
void check_delay(UnixMillis delay);
void check_visibility(UnixMillis visibility);

/// Throws invalid_input unless a queue can have this name: text of 1 to 255 bytes without NUL.
void check_queue_name(std::string_view name);

}  // namespace corral
