#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace corral::queues {

/// Incremental parser of a response from an HTTP/1.0 or 1.1 server. Supports bodies with a Content-Length,
/// chunked, and delimited by the end of the connection.
class HttpResponse {
 public:
  void add(std::string_view bytes) { text_ += bytes; }

  /// Call when the connection is closed.
  void end() { ended_ = true; }

  /// Bytes received, including the head.
  [[nodiscard]] std::size_t size() const { return text_.size(); }

  /// Whether the response is complete; never true for invalid input. Status and body are valid only then.
  bool complete();

  [[nodiscard]] int status() const { return status_; }
  std::string take_body() { return std::move(body_); }

 private:
  bool join_chunks(std::string_view rest);

  std::string text_;
  bool ended_ = false;
  int status_ = 0;
  std::string body_;
};

}  // namespace corral::queues
