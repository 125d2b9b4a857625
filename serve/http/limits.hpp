#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace corral::serve {

/// What one client, or all together, may ask of a server.
struct Limits {
  std::size_t connections = 256;                    ///< open at once; an idle one makes room
  std::size_t workspaces = 32;                      ///< requests at work at once
  std::size_t head_bytes = std::size_t{32} << 10U;  ///< request line and headers
  std::uint64_t body_bytes = (std::uint64_t{5} << 30U) + (std::uint64_t{64} << 20U);  ///< R2's 5 GiB, framed
  std::chrono::milliseconds head_time =
      std::chrono::seconds(10);  ///< from its first byte; TLS handshake, too
  std::chrono::milliseconds idle_time = std::chrono::seconds(75);  ///< between two requests
  std::chrono::milliseconds silence = std::chrono::seconds(30);    ///< within a body, either way
  std::uint64_t least_rate = 512;  ///< bytes a second that a request's body must average after `silence`
  std::chrono::milliseconds grace = std::chrono::seconds(10);  ///< for requests at work when the server stops
};

}  // namespace corral::serve
