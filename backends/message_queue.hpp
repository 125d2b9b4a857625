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

#include "backends/kv_store.hpp"

namespace corral {

/// Limits and defaults of Cloudflare Queues (docs/reference/queues.md; developers.cloudflare.com/queues).
inline constexpr std::size_t queue_max_message_bytes = 128'000;
inline constexpr std::size_t queue_max_pull = 100;                  ///< messages of one pull
inline constexpr UnixMillis queue_max_delay = 86'400'000;           ///< 24 h
inline constexpr UnixMillis queue_min_retention = 60'000;           ///< 60 s
inline constexpr UnixMillis queue_max_retention = 1'209'600'000;    ///< 14 days
inline constexpr UnixMillis queue_default_retention = 345'600'000;  ///< 4 days
inline constexpr UnixMillis queue_default_visibility = 30'000;      ///< 30 s
inline constexpr UnixMillis queue_max_visibility = 43'200'000;      ///< 12 h
inline constexpr std::uint32_t queue_default_retries = 3;
inline constexpr std::uint32_t queue_max_retries = 100;

/// What a body is. The queue keeps bytes and does not look into them.
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

/// Where a message stands at a given moment.
enum class MessageState {
  ready,      ///< the next pull may take it
  delayed,    ///< waits for its delay to pass
  in_flight,  ///< somebody holds a lease on it that has not run out
};

/// A message as the queue keeps it.
struct QueueMessage {
  std::string ref;             ///< names it for `erase` and as a place in `list`; opaque, of this queue only
  std::string id;              ///< 32 hex digits, kept when the message moves to another queue
  UnixMillis timestamp = 0;    ///< when it was sent; kept when it moves
  std::uint32_t attempts = 0;  ///< deliveries so far, the one at hand included
  MessageState state = MessageState::ready;
  UnixMillis visible_at = 0;  ///< delivered from then on; of a message in flight the end of its lease
  UnixMillis expires_at = 0;  ///< deleted at this moment
  QueueContentType content_type = QueueContentType::text;
  std::string body;
  std::string source;    ///< the queue it was dead-lettered from; empty: it was sent here
  std::string lease_id;  ///< from `pull` only: names this delivery to `settle` and `extend`
};

/// Where a message goes that has been delivered in vain for the last time.
struct DeadLetterQueue {
  std::string name;
  UnixMillis retention = queue_default_retention;  ///< of that queue, counted from the arrival there
};

struct PullRequest {
  std::size_t limit = 5;                              ///< 1 to queue_max_pull
  UnixMillis visibility = queue_default_visibility;   ///< length of the leases; 1 to queue_max_visibility
  std::uint32_t max_retries = queue_default_retries;  ///< a message is delivered once more than this at most
  std::optional<DeadLetterQueue> dead_letter = {};    ///< nullopt: such messages are dropped
};

/// A message that a pull found to have used up its attempts, because an earlier pull allowed more.
struct UsedUp {
  std::string id;
  std::uint32_t attempts = 0;
};

struct PullResult {
  std::vector<QueueMessage> messages;  ///< the longest visible first
  std::vector<UsedUp> used_up;         ///< dropped, or moved to the dead letter queue, in place of a delivery
  std::uint64_t backlog = 0;           ///< messages in the queue, these and others in flight included
};

/// What became of one delivery.
struct Settlement {
  enum class Kind {
    ack,      ///< done: the message is deleted
    retry,    ///< deliver it again, `delay` from now; after the last attempt it is dead
    release,  ///< was not tried: as if it had not been delivered
  };
  std::string lease_id;
  Kind kind = Kind::ack;
  UnixMillis delay = 0;  ///< of a retry; 0 to queue_max_delay
};

/// What a settlement came to.
enum class Settled {
  stale,          ///< its lease was not live, and nothing was changed
  done,           ///< what was asked for
  dropped,        ///< a retry after the last attempt, and the pull named no dead letter queue
  dead_lettered,  ///< a retry after the last attempt: the message is in the pull's dead letter queue
};

struct QueueStats {
  std::uint64_t messages = 0;  ///< all of them: ready + delayed + in_flight
  std::uint64_t bytes = 0;     ///< of their bodies
  std::uint64_t ready = 0;
  std::uint64_t delayed = 0;
  std::uint64_t in_flight = 0;
  std::optional<UnixMillis> oldest;  ///< the smallest timestamp
  std::uint64_t dead_lettered = 0;   ///< ever moved from here to a dead letter queue
  std::uint64_t dropped = 0;         ///< ever dropped after the last attempt, there being no such queue
  std::uint64_t expired = 0;         ///< ever deleted because retention had passed
  bool paused = false;
};

/// One queue: at-least-once delivery by leases (docs/reference/queues.md).
///
/// Time: `now` comes from the caller. A message is visible while visible_at <= now, a lease is live while
/// now < visible_at, a message is gone from expires_at <= now on, in flight or not.
///
/// Life: sent, a message waits for its delay; `pull` counts an attempt and puts it under a lease; the lease
/// ends by `settle`, or by time, which makes it visible again. What follows the delivery that was the last by
/// the pull's max_retries is decided by that pull: the message moves to the pull's dead letter queue with id
/// and timestamp, attempts starting again, or it is dropped. When such a lease runs out, that happens at the
/// first call on any queue of the state folder after it, before that call does anything else, so nobody can
/// tell the difference.
///
/// Processes: any number at once. Every call is one transaction (`purge` of many messages included): no
/// message is handed to two holders of a live lease. Every call that changes something is durable when it
/// returns, unless the backend was opened not to wait for the disk. Reading a queue that never held anything
/// creates no file.
///
/// Cost: send, pull, settle, extend, peek and a page of list cost a walk down an index, however many messages
/// wait. stats looks at each message.
///
/// Errors: limit for a size, count, delay or length of time beyond the constants above; io, corrupt.
class MessageQueue {
 public:
  virtual ~MessageQueue() = default;

  /// Sends the messages, all or none, and returns their ids in order. `retention`: deleted after so long. A
  /// paused queue takes messages too.
  virtual std::vector<std::string> send(std::span<const NewMessage> messages, UnixMillis retention,
                                        UnixMillis now) = 0;

  /// Leases up to `limit` visible messages. Throws conflict if delivery is paused (as the REST API does).
  virtual PullResult pull(const PullRequest& request, UnixMillis now) = 0;

  /// Ends leases; of several settlements of one lease the first counts. Returns what each came to.
  virtual std::vector<Settled> settle(std::span<const Settlement> settlements, UnixMillis now) = 0;

  /// Lets live leases end at now + visibility instead. Returns for each whether it was live.
  virtual std::vector<bool> extend(std::span<const std::string> lease_ids, UnixMillis visibility,
                                   UnixMillis now) = 0;

  /// The first messages in the order in which `pull` would take them, without leasing them. With `hidden`,
  /// those that cannot be pulled yet follow.
  virtual std::vector<QueueMessage> peek(std::size_t limit, bool hidden, UnixMillis now) = 0;

  /// One page of all messages in the order of their arrival here, those after `ref` (empty: from the first;
  /// the message need not exist any more). An empty page is the end.
  virtual std::vector<QueueMessage> list(std::string_view after_ref, std::size_t limit, UnixMillis now) = 0;

  /// The ref of the last message that arrived, even if it is gone; empty: none ever did.
  virtual std::string last_ref() = 0;

  /// Deletes these messages, in flight or not; returns for each whether it was there.
  virtual std::vector<bool> erase(std::span<const std::string> refs, UnixMillis now) = 0;

  /// Deletes all messages, in flight or not; their leases are no longer live. Returns how many there were.
  virtual std::uint64_t purge(UnixMillis now) = 0;

  /// Stops or resumes delivery; leases that are out stay.
  virtual void set_paused(bool paused) = 0;
  virtual bool paused() = 0;

  virtual QueueStats stats(UnixMillis now) = 0;
};

/// How messages move between queues.
struct MoveRequest {
  /// The queue to move to; nullopt: each message back to its source, those without one stay.
  std::optional<std::string> to;
  std::size_t limit = 10'000;  ///< messages at most in one call
  /// The retention of a queue by name, counted from the arrival there.
  std::function<UnixMillis(const std::string&)> retention;
  std::string after_ref;  ///< only messages that arrived after this one
};

struct MoveResult {
  std::uint64_t moved = 0;
  std::uint64_t skipped = 0;  ///< in flight, or without a source
  std::string last_ref;       ///< the last message looked at; empty: there was none
};

/// All queues of one state folder. A name is 1 to 255 bytes.
class QueueBackend {
 public:
  virtual ~QueueBackend() = default;

  /// The queue of this name. Never fails because it does not exist yet: it is empty, and made by the first
  /// change.
  virtual std::unique_ptr<MessageQueue> open(std::string_view name) = 0;

  /// The names of the queues that hold messages or a state of their own, in byte order.
  virtual std::vector<std::string> stored_queues() = 0;

  /// Moves messages that nobody holds a lease on, in the order of their arrival, in one transaction: id,
  /// timestamp and what is left of a delay are kept, attempts start again. Call it with after_ref = last_ref
  /// until last_ref is empty. Throws invalid_input if a queue is moved to itself.
  virtual MoveResult move(std::string_view from, const MoveRequest& request, UnixMillis now) = 0;

  /// Removes a queue with all that is in it; returns how many messages there were.
  virtual std::uint64_t drop(std::string_view name) = 0;

  /// Where the queues are kept, for people.
  [[nodiscard]] virtual std::string location() const = 0;
};

/// Throws limit or invalid_input for what a queue does not take (see the constants above).
void check_message(const NewMessage& message);
void check_pull(const PullRequest& request);
void check_delay(UnixMillis delay);
void check_visibility(UnixMillis visibility);

/// Throws invalid_input unless a queue can have this name: text of 1 to 255 bytes without NUL.
void check_queue_name(std::string_view name);

}  // namespace corral
