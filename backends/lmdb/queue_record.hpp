#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/message_queue.hpp"

namespace corral::lmdb {

/// A message's place in its queue: rises with every arrival and is never used again.
using Sequence = std::uint64_t;

/// Bodies up to so many bytes lie in the record itself, so that a short message is one entry.
inline constexpr std::size_t max_inline_body = 1'000;

/// What is kept of a queue as a whole.
struct QueueState {
  std::uint32_t number = 0;  ///< stands for the queue in keys; of a removed queue never used again
  Sequence next = 1;
  std::uint64_t count = 0;  ///< messages
  std::uint64_t dead_lettered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t expired = 0;
  bool paused = false;
};

/// A stored message without its texts.
struct MessageHeader {
  std::array<unsigned char, 16> id{};
  UnixMillis timestamp = 0;
  UnixMillis expires_at = 0;
  UnixMillis visible_at = 0;  ///< the key of its entry in the index `due`, or `final` if last_lease
  std::uint32_t attempts = 0;
  QueueContentType content_type = QueueContentType::text;
  bool leased = false;      ///< visible_at is the end of a lease, which may have run out
  bool last_lease = false;  ///< and that lease was the last
  bool body_apart = false;  ///< the body is an entry of its own
  std::uint64_t lease = 0;  ///< random, of the last delivery
};

MessageState state_of(const MessageHeader& header, UnixMillis now) noexcept;

/// A stored message; the views are valid as long as its transaction's.
struct MessageRecord : MessageHeader {
  std::string_view source;
  std::string_view body;  ///< empty if body_apart

  [[nodiscard]] const MessageHeader& header() const { return *this; }
};

/// What follows when the last lease on a message runs out.
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

/// Keys in byte order of their numbers. A time before 1970 counts as 1970.
std::string message_key(std::uint32_t queue, Sequence sequence);
std::string time_key(std::uint32_t queue, UnixMillis time, Sequence sequence);
std::string final_key(UnixMillis time, std::uint32_t queue, Sequence sequence);

/// The numbers of a key that one of the above made.
struct KeyParts {
  std::uint32_t queue = 0;
  UnixMillis time = 0;
  Sequence sequence = 0;
};
KeyParts parts_of_message_key(std::string_view key);
KeyParts parts_of_time_key(std::string_view key);
KeyParts parts_of_final_key(std::string_view key);

/// The queue's number alone: what all its keys but `final` start with.
std::string queue_prefix(std::uint32_t queue);

/// A lease's name is its message's place and a random number; a ref is the place and the start of the id.
std::string lease_name(Sequence sequence, std::uint64_t lease);
std::string ref_name(Sequence sequence, const MessageHeader& header);

struct NamedPlace {
  Sequence sequence = 0;
  std::uint64_t check = 0;  ///< the lease, or the start of the id
};
/// nullopt: not such a name.
std::optional<NamedPlace> parse_lease(std::string_view name);
std::optional<NamedPlace> parse_ref(std::string_view name);

/// The first 4 bytes of the id as a number, which a ref carries.
std::uint64_t id_check(const MessageHeader& header);

}  // namespace corral::lmdb
