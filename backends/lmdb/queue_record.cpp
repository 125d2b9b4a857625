#include "backends/lmdb/queue_record.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include <fmt/format.h>

#include "backends/bytes/byte_order.hpp"
#include "backends/error.hpp"

namespace corral::lmdb {

namespace {

constexpr unsigned flag_leased = 1;
constexpr unsigned flag_last_lease = 2;
constexpr unsigned flag_body_apart = 4;
constexpr std::size_t lease_digits = 16;
constexpr std::size_t check_digits = 8;

class Writer {
 public:
  template <typename Number>
  Writer& add(Number number) {
    append_little_endian(text_, number);
    return *this;
  }
  Writer& add_text(std::string_view text) {
    add(static_cast<std::uint16_t>(text.size()));
    text_ += text;
    return *this;
  }
  Writer& add_rest(std::string_view text) {
    text_ += text;
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <typename Number>
  Number number() {
    return read_little_endian<Number>(bytes(sizeof(Number)).data());
  }
  std::string_view text() { return bytes(number<std::uint16_t>()); }
  std::string_view bytes(std::size_t count) {
    if (rest_.size() < count)
      throw Error(ErrorKind::corrupt, "an entry of the queues' LMDB environment is cut short");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::uint64_t time_number(UnixMillis time) {
  return static_cast<std::uint64_t>(std::max<UnixMillis>(time, 0));
}

template <typename Number>
Number take_key(std::string_view& key) {
  if (key.size() < sizeof(Number))
    throw Error(ErrorKind::corrupt, "a key of the queues' LMDB environment is cut short");
  const auto number = read_big_endian<Number>(key.data());
  key.remove_prefix(sizeof(Number));
  return number;
}

std::optional<NamedPlace> parse_place(std::string_view name, std::size_t digits) {
  NamedPlace place;
  if (name.size() != lease_digits + digits) return std::nullopt;
  const char* const middle = name.data() + lease_digits;
  const char* const end = name.data() + name.size();
  const auto first = std::from_chars(name.data(), middle, place.sequence, 16);
  const auto second = std::from_chars(middle, end, place.check, 16);
  if (first.ec != std::errc() || first.ptr != middle || second.ec != std::errc() || second.ptr != end)
    return std::nullopt;
  return place;
}

}  // namespace

MessageState state_of(const MessageHeader& header, UnixMillis now) noexcept {
  if (header.visible_at <= now) return MessageState::ready;
  return header.leased ? MessageState::in_flight : MessageState::delayed;
}

std::string encode_state(const QueueState& state) {
  return Writer()
      .add(state.number)
      .add(state.next)
      .add(state.count)
      .add(state.dead_lettered)
      .add(state.dropped)
      .add(state.expired)
      .add(static_cast<std::uint8_t>(state.paused ? 1 : 0))
      .take();
}

QueueState decode_state(std::string_view bytes) {
  Reader reader(bytes);
  QueueState state;
  state.number = reader.number<std::uint32_t>();
  state.next = reader.number<Sequence>();
  state.count = reader.number<std::uint64_t>();
  state.dead_lettered = reader.number<std::uint64_t>();
  state.dropped = reader.number<std::uint64_t>();
  state.expired = reader.number<std::uint64_t>();
  state.paused = reader.number<std::uint8_t>() != 0;
  return state;
}

std::string encode_record(const MessageRecord& record) {
  const unsigned flags = (record.leased ? flag_leased : 0U) | (record.last_lease ? flag_last_lease : 0U) |
                         (record.body_apart ? flag_body_apart : 0U);
  const auto id = std::bit_cast<std::array<char, sizeof record.id>>(record.id);
  return Writer()
      .add_rest({id.data(), id.size()})
      .add(record.timestamp)
      .add(record.expires_at)
      .add(record.visible_at)
      .add(record.attempts)
      .add(static_cast<std::uint8_t>(record.content_type))
      .add(static_cast<std::uint8_t>(flags))
      .add(record.lease)
      .add_text(record.source)
      .add_rest(record.body_apart ? std::string_view() : record.body)
      .take();
}

MessageRecord decode_record(std::string_view bytes) {
  Reader reader(bytes);
  MessageRecord record;
  const std::string_view id = reader.bytes(record.id.size());
  std::copy(id.begin(), id.end(), record.id.begin());
  record.timestamp = reader.number<UnixMillis>();
  record.expires_at = reader.number<UnixMillis>();
  record.visible_at = reader.number<UnixMillis>();
  record.attempts = reader.number<std::uint32_t>();
  record.content_type = static_cast<QueueContentType>(reader.number<std::uint8_t>());
  const unsigned flags = reader.number<std::uint8_t>();
  record.leased = (flags & flag_leased) != 0;
  record.last_lease = (flags & flag_last_lease) != 0;
  record.body_apart = (flags & flag_body_apart) != 0;
  record.lease = reader.number<std::uint64_t>();
  record.source = reader.text();
  record.body = reader.rest();
  return record;
}

std::string encode_fate(const LeaseFate& fate) {
  Writer writer;
  writer.add_text(fate.queue);
  if (fate.dead_letter) writer.add_text(fate.dead_letter->name).add(fate.dead_letter->retention);
  return writer.take();
}

LeaseFate decode_fate(std::string_view bytes) {
  Reader reader(bytes);
  LeaseFate fate;
  fate.queue = reader.text();
  if (reader.rest().empty()) return fate;
  DeadLetterQueue& dead_letter = fate.dead_letter.emplace();
  dead_letter.name = reader.text();
  dead_letter.retention = reader.number<UnixMillis>();
  return fate;
}

std::string queue_prefix(std::uint32_t queue) {
  std::string key;
  append_big_endian(key, queue);
  return key;
}

std::string message_key(std::uint32_t queue, Sequence sequence) {
  std::string key;
  append_big_endian(key, queue);
  append_big_endian(key, sequence);
  return key;
}

std::string time_key(std::uint32_t queue, UnixMillis time, Sequence sequence) {
  std::string key;
  append_big_endian(key, queue);
  append_big_endian(key, time_number(time));
  append_big_endian(key, sequence);
  return key;
}

std::string final_key(UnixMillis time, std::uint32_t queue, Sequence sequence) {
  std::string key;
  append_big_endian(key, time_number(time));
  append_big_endian(key, queue);
  append_big_endian(key, sequence);
  return key;
}

KeyParts parts_of_message_key(std::string_view key) {
  KeyParts parts;
  parts.queue = take_key<std::uint32_t>(key);
  parts.sequence = take_key<Sequence>(key);
  return parts;
}

KeyParts parts_of_time_key(std::string_view key) {
  KeyParts parts;
  parts.queue = take_key<std::uint32_t>(key);
  parts.time = static_cast<UnixMillis>(take_key<std::uint64_t>(key));
  parts.sequence = take_key<Sequence>(key);
  return parts;
}

KeyParts parts_of_final_key(std::string_view key) {
  KeyParts parts;
  parts.time = static_cast<UnixMillis>(take_key<std::uint64_t>(key));
  parts.queue = take_key<std::uint32_t>(key);
  parts.sequence = take_key<Sequence>(key);
  return parts;
}

std::uint64_t id_check(const MessageHeader& header) {
  std::uint64_t check = 0;
  for (std::size_t i = 0; i < check_digits / 2; ++i) check = (check << 8U) | header.id.at(i);
  return check;
}

std::string lease_name(Sequence sequence, std::uint64_t lease) {
  return fmt::format("{:016x}{:016x}", sequence, lease);
}

std::string ref_name(Sequence sequence, const MessageHeader& header) {
  return fmt::format("{:016x}{:08x}", sequence, id_check(header));
}

std::optional<NamedPlace> parse_lease(std::string_view name) {
  return parse_place(name, lease_digits);
}

std::optional<NamedPlace> parse_ref(std::string_view name) {
  return parse_place(name, check_digits);
}

}  // namespace corral::lmdb
