#pragma once

#include <cstddef>
#include <sys/socket.h>
#include <sys/types.h>
#include <vector>

#include "backends/files/durable_file.hpp"

namespace corral::platform {

/// accept(2) of a connection that does not block and that no program started later inherits. Empty: errno has
/// the reason. accept4 on Linux; on macOS the descriptor is marked after it has been made.
FileDescriptor accept_connection(int listening, sockaddr* peer, socklen_t* length);

/// A TCP socket of this address family that does not block and that no program started later inherits. Empty:
/// errno has the reason.
FileDescriptor make_stream_socket(int family);

/// send(2) that raises no SIGPIPE when the peer is gone: by MSG_NOSIGNAL on Linux; on macOS what
/// `accept_connection` returns is marked (SO_NOSIGPIPE).
ssize_t send_bytes(int socket, const char* bytes, std::size_t count);

/// Sends up to `length` bytes of a file from its offset `at` on, which moves along, without copying them
/// through the process (sendfile). Returns how many were sent, 0 at the end of the file, or -1: errno has the
/// reason.
ssize_t send_file(int socket, int file, off_t& at, std::size_t length);

/// Watches descriptors until they can be read or their peer has closed them: epoll on Linux, a kqueue on
/// macOS. Any number of threads. Closing a descriptor ends its watch.
class Readiness {
 public:
  /// Throws io.
  Readiness();

  /// Readable, for poll(2), while a watched descriptor is ready.
  [[nodiscard]] int descriptor() const { return queue_.get(); }

  /// From now on reports the descriptor whenever it is ready (`always`), or once until this is called again
  /// (`once`), or not (`paused`). `is_new`: it is not watched yet. Throws io.
  enum class Mode { always, once, paused };
  void watch(int descriptor, Mode mode, bool is_new) const;

  /// Those that are ready, at most 64; does not wait.
  [[nodiscard]] std::vector<int> ready() const;

 private:
  FileDescriptor queue_;
};

}  // namespace corral::platform
