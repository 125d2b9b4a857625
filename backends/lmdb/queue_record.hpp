#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"

namespace corral::lmdb {

/// A message's position in its queue: increases with every arrival and is never reused.
using Sequence = std::uint64_t;

/// Bodies of up to this many bytes are stored in the record, so that a short message is a single entry.
inline constexpr std::size_t max_inline_body = 1'000;

/// The stored state of a queue as a whole.
struct QueueState {
  std::uint32_t number = 0;  ///< identifies the queue in keys; never reused after the queue is removed
  Sequence next = 1;
  std::uint64_t count = 0;  ///< messages
  std::uint64_t dead_lettered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t expired = 0;
  bool paused = false;
};

/// The fixed-size fields of a stored message.
struct MessageHeader {
  std::array<unsigned char, 16> id{};
  UnixMillis timestamp = 0;
  UnixMillis expires_at = 0;
  UnixMillis visible_at = 0;  ///< the key of its entry in the index `due`, or in `final` if last_lease
  std::uint32_t attempts = 0;
  QueueContentType content_type = QueueContentType::text;
  bool leased = false;      ///< visible_at is the end of a lease, which may have expired
  bool last_lease = false;  ///< and that lease is its last
  bool body_apart = false;  ///< the body is stored as a separate entry
  std::uint64_t lease = 0;  ///< random; identifies the last delivery
};

MessageState state_of(const MessageHeader& header, UnixMillis now) noexcept;

/// A stored message; the views are valid as long as its transaction's.
struct MessageRecord : MessageHeader {
  std::string_view source;
  std::string_view body;  ///< empty if body_apart

  [[nodiscard]] const MessageHeader& header() const { return *this; }
};

/// What happens when the last lease on a message expires.
struct LeaseFate {
  std::string queue;                           ///< the queue of the message
  std::optional<DeadLetterQueue> dead_letter;  ///< nullopt: dropped
};

std::string encode_state(const QueueState& state);
QueueState decode_state(std::string_view bytes);
std::string encode_record(const MessageRecord& record);
MessageRecord decode_record(std::string_view bytes);
std::string encode_fate(const LeaseFate& fate);
LeaseFate decode_fate(std::string_view bytes);

/// Keys whose byte order is the order of their numbers. A time before 1970 counts as 1970.
std::string message_key(std::uint32_t queue, Sequence sequence);
std::string time_key(std::uint32_t queue, UnixMillis time, Sequence sequence);
std::string final_key(UnixMillis time, std::uint32_t queue, Sequence sequence);

/// The numbers in a key that one of the functions above made.
struct KeyParts {
  std::uint32_t queue = 0;
  UnixMillis time = 0;
  Sequence sequence = 0;
};
KeyParts parts_of_message_key(std::string_view key);
KeyParts parts_of_time_key(std::string_view key);
KeyParts parts_of_final_key(std::string_view key);

/// The queue's number alone: the prefix of all its keys except those in `final`.
std::string queue_prefix(std::uint32_t queue);

/// A lease id is the message's position and a random number; a ref is the position and the start of the id.
std::string lease_name(Sequence sequence, std::uint64_t lease);
std::string ref_name(Sequence sequence, const MessageHeader& header);

struct NamedPlace {
  Sequence sequence = 0;
  std::uint64_t check = 0;  ///< the lease, or the start of the id
};
/// nullopt: not a valid name.
std::optional<NamedPlace> parse_lease(std::string_view name);
std::optional<NamedPlace> parse_ref(std::string_view name);

/// The first 4 bytes of the id as a number, as used in a ref.
std::uint64_t id_check(const MessageHeader& header);

}  // namespace corral::lmdb
