#include "backends/message_queue.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

constexpr std::size_t max_name_bytes = 255;
constexpr std::array<QueueContentType, 4> content_types = {QueueContentType::json, QueueContentType::text,
                                                           QueueContentType::bytes, QueueContentType::v8};

}  // namespace

std::string_view name_of(QueueContentType type) noexcept {
  switch (type) {
    case QueueContentType::json: return "json";
    case QueueContentType::text: return "text";
    case QueueContentType::bytes: return "bytes";
    case QueueContentType::v8: return "v8";
  }
  return "bytes";
}

std::optional<QueueContentType> content_type_of(std::string_view name) noexcept {
  for (const QueueContentType type : content_types) {
    if (name_of(type) == name) return type;
  }
  return std::nullopt;
}

void check_delay(UnixMillis delay) {
  if (delay >= 0 && delay <= queue_max_delay) return;
  throw Error(ErrorKind::limit, fmt::format("a message can be delayed by 0 to {} seconds, not by {}",
                                            queue_max_delay / 1000, static_cast<double>(delay) / 1000));
}

void check_visibility(UnixMillis visibility) {
  if (visibility >= 1 && visibility <= queue_max_visibility) return;
  throw Error(ErrorKind::limit, fmt::format("a lease lasts 1 to {} milliseconds (12 hours), not {}",
                                            queue_max_visibility, visibility));
}

void check_message(const NewMessage& message) {
  if (message.body.size() > queue_max_message_bytes) {
    throw Error(ErrorKind::limit, fmt::format("a message of {} bytes is too large; a queue takes {}",
                                              message.body.size(), queue_max_message_bytes));
  }
  check_delay(message.delay);
}

void check_pull(const PullRequest& request) {
  if (request.limit < 1 || request.limit > queue_max_pull) {
    throw Error(ErrorKind::limit,
                fmt::format("a batch has 1 to {} messages, not {}", queue_max_pull, request.limit));
  }
  check_visibility(request.visibility);
  if (request.max_retries > queue_max_retries) {
    throw Error(ErrorKind::limit, fmt::format("a message is retried 0 to {} times, not {}", queue_max_retries,
                                              request.max_retries));
  }
  if (request.dead_letter) check_queue_name(request.dead_letter->name);
}

void check_queue_name(std::string_view name) {
  if (!name.empty() && name.size() <= max_name_bytes && is_utf8(name) &&
      name.find('\0') == std::string_view::npos) {
    return;
  }
  throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" cannot be the name of a queue: 1 to {} bytes",
                                                    shown(first_characters(name, 40)), max_name_bytes));
}

}  // namespace corral
