#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backends/bytes/byte_stream.hpp"
#include "backends/error.hpp"
#include "serve/http/limits.hpp"
#include "serve/http/request.hpp"
#include "serve/http/socket.hpp"

namespace corral::serve {

/// A head that cannot be answered as a request; the connection ends with a bare response of this status.
class BadRequest : public Error {
 public:
  BadRequest(int status, std::string message)
      : Error(ErrorKind::invalid_input, std::move(message)), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

/// Reads the requests of one connection, one after the other, with Beast's parser.
class RequestReader final : private ByteSource {
 public:
  /// Both must outlive it.
  RequestReader(Socket& socket, const Limits& limits);
  ~RequestReader() override;

  /// The next request, once its head is there; nullopt: the client has closed the connection, or sent
  /// nothing. It is valid until the next call. What is left of the previous one's body must have been
  /// skipped. Throws BadRequest (400, 408, 413, 414, 431, 501, 505) and io.
  std::optional<Request> next();

  /// Whether bytes of a further request are here already.
  [[nodiscard]] bool has_more() const { return begin_ < end_; }

  /// Gives memory back until the next request.
  void rest();

  /// Reads the rest of the body if that is at most `bytes` and comes before the deadline; false: the
  /// connection cannot be used again.
  bool skip_body(std::uint64_t bytes, Deadline deadline) noexcept;

  /// Whether the client allows another request on this connection (HTTP/1.1, or keep-alive).
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  /// HTTP/1.0: no chunked responses.
  [[nodiscard]] bool is_old() const { return is_old_; }
  /// Bytes of bodies read so far.
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  struct Parser;

  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_; }

  /// More bytes into the buffer; false: the client has closed the connection.
  bool fill(Deadline deadline);
  std::size_t read_sized(std::span<char> buffer, Deadline deadline);
  std::size_t read_chunked(std::span<char> buffer, Deadline deadline);
  [[nodiscard]] Deadline body_deadline() const;
  void begin_body();

  Socket& socket_;
  const Limits& limits_;
  std::string buffer_;  ///< what was read and not used: [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::unique_ptr<Parser> parser_;
  std::optional<std::uint64_t> left_ = 0;  ///< of the body; nullopt: chunked
  bool is_done_ = true;                    ///< the body has been read to its end
  bool is_begun_ = true;                   ///< ... has been asked for
  bool waits_for_continue_ = false;
  bool keeps_alive_ = false;
  bool is_old_ = false;
  bool is_broken_ = false;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t body_read_ = 0;  ///< of this body
  Deadline body_begun_;
};

}  // namespace corral::serve
