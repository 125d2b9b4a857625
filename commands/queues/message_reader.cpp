#include "commands/queues/message_reader.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/queues/message_json.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::queues {

namespace {

/// The longest text of one item: a maximum-size body with each byte as \u00XX, and a list of 100 of them.
constexpr std::size_t max_item_bytes = 6 * queue_max_message_bytes * queue_max_pull;

class Bytes {
 public:
  explicit Bytes(ByteSource& source) : source_(source) {}

  /// Peeks at the next byte; nullopt at the end.
  std::optional<char> peek() {
    if (position_ == filled_) {
      filled_ = source_.read(buffer_);
      position_ = 0;
    }
    if (filled_ == 0) return std::nullopt;
    return buffer_.at(position_);
  }
  void take() { ++position_; }

 private:
  ByteSource& source_;
  std::array<char, 65'536> buffer_{};
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
};

constexpr const char* expected_form =
    "each message is an object with a \"body\", in a JSON array or one a line; --lines takes plain lines";

[[noreturn]] void fail(std::string_view file, std::size_t number, std::string_view reason) {
  throw Error(ErrorKind::invalid_input, fmt::format("{}, message {}: {}", shown(file), number, reason),
              expected_form);
}

class Reader {
 public:
  Reader(std::string_view file, UnixMillis default_delay, const std::function<void(NewMessage)>& each)
      : file_(file), default_delay_(default_delay), each_(each) {}

  void read(ByteSource& source) {
    JsonReader json(source, shown(file_), {.value_bytes = max_item_bytes});
    while (json.next_item()) {
      const Json item = json.read_document();
      if (!item.is_object()) fail(file_, number_ + 1, "it is not an object");
      const auto* const list = item.find("messages");
      if (list == item.end() || !list->is_array() || item.contains("body")) {
        give(item);
      } else {
        for (const auto& one : *list) give(one);
      }
    }
  }

 private:
  void give(const Json& item) {
    ++number_;
    try {
      NewMessage message = message_of_json(item, default_delay_);
      check_message(message);
      each_(std::move(message));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid_input && error.kind() != ErrorKind::limit) throw;
      fail(file_, number_, error.message());
    }
  }

  std::string_view file_;
  UnixMillis default_delay_;
  const std::function<void(NewMessage)>& each_;
  std::size_t number_ = 0;
};

}  // namespace

void read_messages(ByteSource& source, std::string_view file, UnixMillis default_delay,
                   const std::function<void(NewMessage)>& each) {
  try {
    Reader(file, default_delay, each).read(source);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input || !error.hint().empty()) throw;
    throw Error(error.kind(), error.message(), expected_form);
  }
}

void read_lines(ByteSource& source, std::string_view file, QueueContentType type, UnixMillis delay,
                const std::function<void(NewMessage)>& each) {
  Bytes bytes(source);
  std::size_t number = 0;
  while (bytes.peek()) {
    std::string line;
    ++number;
    for (auto c = bytes.peek(); c && *c != '\n'; c = bytes.peek()) {
      line += *c;
      bytes.take();
      if (line.size() > queue_max_message_bytes) {
        throw Error(ErrorKind::limit, fmt::format("{}, line {}: longer than the {} bytes of a message",
                                                  shown(file), number, queue_max_message_bytes));
      }
    }
    if (bytes.peek()) bytes.take();
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    try {
      each(message_of_bytes(std::move(line), type, delay));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid_input) throw;
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{}, line {}: {}", shown(file), number, error.message()), error.hint());
    }
  }
}

}  // namespace corral::queues
