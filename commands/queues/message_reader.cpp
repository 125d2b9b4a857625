#include "commands/queues/message_reader.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/json_text.hpp"
#include "commands/queues/message_json.hpp"

namespace corral::queues {

namespace {

/// The longest text of one item: a body of the largest size, each byte as \u00XX, and a list of 100 of them.
constexpr std::size_t max_item_bytes = 6 * queue_max_message_bytes * queue_max_pull;

class Bytes {
 public:
  explicit Bytes(ByteSource& source) : source_(source) {}

  /// The next byte without taking it; nullopt: the end.
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

void skip_space(Bytes& bytes) {
  for (auto c = bytes.peek(); c && (*c == ' ' || *c == '\t' || *c == '\n' || *c == '\r'); c = bytes.peek())
    bytes.take();
}

[[noreturn]] void fail(std::string_view file, std::size_t number, std::string_view reason) {
  throw Error(
      ErrorKind::invalid_input, fmt::format("{}, message {}: {}", shown(file), number, reason),
      "messages are objects with a \"body\", in a JSON array or one a line; --lines takes plain lines");
}

/// The text of one object, by its braces; what is between them is for the parser.
std::string take_object(Bytes& bytes, std::string_view file, std::size_t number) {
  std::string text;
  std::size_t depth = 0;
  bool in_string = false;
  bool escaped = false;
  while (true) {
    const auto c = bytes.peek();
    if (!c) fail(file, number, "the text ends within it");
    bytes.take();
    text += *c;
    if (text.size() > max_item_bytes) fail(file, number, "it is larger than a message can be");
    if (in_string) {
      if (*c == '"' && !escaped) in_string = false;
      escaped = *c == '\\' && !escaped;
      continue;
    }
    if (*c == '"') in_string = true;
    if (*c == '{' || *c == '[') ++depth;
    if ((*c == '}' || *c == ']') && --depth == 0) return text;
  }
}

class Reader {
 public:
  Reader(std::string_view file, UnixMillis default_delay, const std::function<void(NewMessage)>& each)
      : file_(file), default_delay_(default_delay), each_(each) {}

  void read(Bytes& bytes) {
    skip_space(bytes);
    const bool array = bytes.peek() == '[';
    if (array) bytes.take();
    for (bool first = true;; first = false) {
      skip_space(bytes);
      if (array && !first && bytes.peek() == ',') {
        bytes.take();
        skip_space(bytes);
      } else if (array && bytes.peek() == ']') {
        bytes.take();
        break;
      } else if (array && !first) {
        fail(file_, number_ + 1, "a comma or the end of the array is missing before it");
      }
      if (!array && !bytes.peek()) break;
      if (bytes.peek() != '{') fail(file_, number_ + 1, "it is not an object");
      take(take_object(bytes, file_, number_ + 1));
    }
    skip_space(bytes);
    if (bytes.peek()) fail(file_, number_ + 1, "text follows the end of the array");
  }

 private:
  void take(const std::string& text) {
    nlohmann::ordered_json item = nlohmann::ordered_json::parse(text, nullptr, false);
    if (item.is_discarded()) {
      ++number_;
      fail(file_, number_, "it is not valid JSON");
    }
    const auto list = item.find("messages");
    if (list == item.end() || !list->is_array() || item.contains("body")) {
      give(item);
      return;
    }
    for (const auto& one : *list) give(one);
  }

  void give(const nlohmann::ordered_json& item) {
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
  Bytes bytes(source);
  Reader(file, default_delay, each).read(bytes);
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
