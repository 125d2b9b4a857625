#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace corral::queues {

/// A response of an HTTP/1.0 or 1.1 server, taken apart as it arrives. Knows bodies with a Content-Length, in
/// chunks, and up to the end of the connection.
class HttpResponse {
 public:
  void add(std::string_view bytes) { text_ += bytes; }

  /// The connection has ended: nothing more will come.
  void end() { ended_ = true; }

  /// Bytes that have arrived, head included.
  [[nodiscard]] std::size_t size() const { return text_.size(); }

  /// Whether all of it has arrived; never for what is not a response. Only then status and body are there.
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
