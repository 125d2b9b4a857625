#pragma once

#include <string>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/http/client.hpp"
#include "backends/http/url.hpp"

namespace corral::serve {

/// A request whose head has been read. Its body arrives while it is read. Everything is as the client sent it
/// and not to be trusted: only the framing (RFC 9112) and the limits of the server have been checked.
struct Request {
  std::string method;                 ///< "GET"; any token
  std::string path;                   ///< before the '?', still percent-encoded; begins with '/'
  std::string query;                  ///< after the '?', still encoded; empty if there is none
  std::vector<http::Header> headers;  ///< in the order sent; names in the case sent
  std::string authority;              ///< the Host header: "localhost:8788"; empty if absent (HTTP/1.0)
  std::string host;                   ///< of it the name in lower case, an IPv6 address without brackets
  std::string client;                 ///< address of the peer, for the log
  bool secure = false;                ///< it came over TLS
  UnixMillis received = 0;            ///< when its head was complete
  std::string id;                     ///< 16 hex digits, for the log and for headers such as x-amz-request-id
  /// The body, without its transfer coding; never nullptr. `remaining` is the Content-Length, or unknown for
  /// a chunked body. The first read sends "100 Continue" to a client that waits for it, so a handler that
  /// rejects the request does so before. Reading throws Error: io if the connection breaks, limit for a body
  /// that is larger than the server takes, invalid_input for broken framing, unavailable when the client
  /// sends too slowly. Each closes the connection after the response.
  ByteSource* body = nullptr;

  /// The first header of this name, in whichever case; nullopt if absent.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return http::find_header(headers, name);
  }
  /// The parameters of the query, decoded, in their order; '+' stands for itself.
  [[nodiscard]] http::Parameters parameters() const { return http::parse_parameters(query); }
};

}  // namespace corral::serve
