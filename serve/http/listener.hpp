#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/files/durable_file.hpp"

namespace corral::serve {

/// A connection that was accepted.
struct Accepted {
  FileDescriptor descriptor;  ///< does not block
  std::string client;         ///< the address of the peer
};

/// A socket that listens for connections.
class Listener {
 public:
  /// Listens on an address or "localhost", which stands for 127.0.0.1. `port` 0: one that is free. Throws
  /// usage for anything else, conflict if the port is taken, denied, io.
  Listener(const std::string& host, std::uint16_t port);

  /// The next connection; nullopt if none is waiting, or it has already closed. Throws io; limit if the
  /// process has no more descriptors.
  std::optional<Accepted> accept();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// "127.0.0.1:8788", "[::1]:8788"
  [[nodiscard]] std::string authority() const;

 private:
  FileDescriptor descriptor_;
  std::string address_;
  std::uint16_t port_ = 0;
};

/// Whether a host, as --host has it, can be reached from this machine only.
bool is_loopback(const std::string& host);

}  // namespace corral::serve
