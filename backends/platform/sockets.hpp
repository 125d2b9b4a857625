#pragma once

#include <sys/socket.h>
#include <vector>

#include "backends/files/durable_file.hpp"

namespace corral::platform {

/// accept(2) of a connection that does not block and that no program started later inherits. Empty: errno has
/// the reason. accept4 on Linux; on macOS the descriptor is marked after it has been made.
FileDescriptor accept_connection(int listening, sockaddr* peer, socklen_t* length);

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
