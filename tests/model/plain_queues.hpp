#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"

namespace corral::testing {

/// A message of the model.
struct PlainMessage {
  std::string id;
  std::size_t queue = 0;
  std::uint64_t arrival = 0;  ///< its position among all arrivals in its queue
  UnixMillis timestamp = 0;
  UnixMillis visible_at = 0;
  UnixMillis expires_at = 0;
  std::uint32_t attempts = 0;
  bool leased = false;
  std::string lease_id;  ///< what the implementation called the last delivery
  bool last_lease = false;
  std::optional<std::size_t> dead_letter;  ///< of a last lease
  UnixMillis dead_letter_retention = 0;
  std::optional<std::size_t> source;
};

struct PlainCounts {
  std::uint64_t dead_lettered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t expired = 0;
  bool paused = false;
  std::uint64_t arrivals = 0;
};

/// The semantics of queues written down as plainly as possible: a list of messages that every operation walks
/// from end to end. It shares no code with the implementation. What the implementation chooses freely (ids,
/// lease ids) it is told.
class PlainQueues {
 public:
  explicit PlainQueues(std::size_t queues) : counts(queues) {}

  /// Lets time do what it does until `now`. Every operation below expects that it was called.
  void pass(UnixMillis now);

  void send(std::size_t queue, const std::string& id, UnixMillis delay, UnixMillis retention, UnixMillis now);
  /// The messages that a pull must deliver, as they are then; their lease ids are to be filled in by `lease`.
  std::vector<PlainMessage> pull(std::size_t queue, std::size_t limit, UnixMillis visibility,
                                 std::uint32_t max_retries, std::optional<std::size_t> dead_letter,
                                 UnixMillis dead_letter_retention, UnixMillis now);
  void lease(std::size_t queue, const std::string& id, const std::string& lease_id);
  Settled settle(std::size_t queue, const Settlement& settlement, UnixMillis now);
  bool extend(std::size_t queue, const std::string& lease_id, UnixMillis visibility, UnixMillis now);
  std::uint64_t purge(std::size_t queue);
  /// Moves up to `limit` from the first; `to` nullopt: to the sources.
  void move(std::size_t queue, std::optional<std::size_t> to, std::size_t limit, UnixMillis retention,
            UnixMillis now);

  /// The messages of a queue in the order in which they become visible; those on their last lease after them.
  [[nodiscard]] std::vector<PlainMessage> in_order(std::size_t queue) const;
  [[nodiscard]] QueueStats stats(std::size_t queue, UnixMillis now) const;

  std::vector<PlainMessage> messages;
  std::vector<PlainCounts> counts;

 private:
  PlainMessage* live_lease(std::size_t queue, const std::string& lease_id, UnixMillis now);
  void arrive(PlainMessage message, std::size_t queue);
  void take_out(const std::string& id);
  void bury(PlainMessage message, UnixMillis at);
};

}  // namespace corral::testing
