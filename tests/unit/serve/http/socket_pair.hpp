#pragma once

#include <array>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "serve/http/socket.hpp"

namespace corral::serve::testing {

/// A server's socket, and the client's end of it.
struct SocketPair {
  SocketPair() : SocketPair(make()) {}

  void send(std::string_view bytes) const {
    REQUIRE(::write(client.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  void close_client() { client = FileDescriptor(); }

  /// What the server has sent, up to now.
  [[nodiscard]] std::string received() const {
    std::array<char, 65'536> buffer{};
    const ssize_t count = ::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return count < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(count));
  }

  FileDescriptor client;
  Socket server;

 private:
  static std::array<int, 2> make() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    REQUIRE(::fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    return ends;
  }
  explicit SocketPair(const std::array<int, 2>& ends)
      : client(ends[0]), server(FileDescriptor(ends[1]), nullptr) {}
};

}  // namespace corral::serve::testing
