#pragma once

#include <cstdint>
#include <string>

#include "backends/bytes/unix_time.hpp"
#include "serve/http/limits.hpp"
#include "serve/http/response.hpp"
#include "serve/http/socket.hpp"

namespace corral::serve {

/// What the request and the connection say about the form of a response.
struct ResponseForm {
  bool head_only = false;  ///< the request was HEAD
  bool is_old = false;     ///< the client speaks HTTP/1.0
  bool keep_alive = true;  ///< the connection stays open
  UnixMillis now = 0;      ///< for Date
};

/// Sends a response, and returns how many bytes of body went out. Header values that would break the framing
/// lose their control characters. Small bodies go out with the head in one piece, files by sendfile. Throws
/// io or unavailable if the client does not take it, and what reading the body throws: the response is then
/// incomplete and the connection must be closed. `form.keep_alive` becomes false if the end of the body is
/// the end of the connection.
std::uint64_t write_response(Socket& socket, Response& response, ResponseForm& form, const Limits& limits);

/// "Not Found"
std::string_view reason_of(int status);

}  // namespace corral::serve
