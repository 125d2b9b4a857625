#include "serve/http/listener.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"
#include "backends/platform/sockets.hpp"

namespace corral::serve {

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

std::string literal_of(const std::string& host) {
  if (host == "localhost") return "127.0.0.1";
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

Address address_of(const std::string& literal, std::uint16_t port) {
  Address address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, literal.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.length = sizeof v4;
  } else if (::inet_pton(AF_INET6, literal.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.length = sizeof v6;
  } else {
    throw Error(ErrorKind::usage, fmt::format("--host must be an address, but is \"{}\"", shown(literal)),
                "write 127.0.0.1, ::1 or localhost; 0.0.0.0 stands for all addresses of this machine");
  }
  return address;
}

const sockaddr* as_sockaddr(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address.storage);
}

std::pair<std::string, std::uint16_t> text_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  std::uint16_t port = 0;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    port = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof v6);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    port = ntohs(v6.sin6_port);
  }
  return {text.data(), port};
}

}  // namespace

bool is_loopback(const std::string& host) {
  return http::is_this_machine(literal_of(host));
}

Listener::Listener(const std::string& host, std::uint16_t port) {
  const std::string literal = literal_of(host);
  Address address = address_of(literal, port);
  descriptor_ = platform::make_stream_socket(address.storage.ss_family);
  const int on = 1;
  const std::string action = fmt::format("cannot listen on {} port {}", literal, port);
  if (!descriptor_ || ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(descriptor_.get(), as_sockaddr(address), address.length) != 0 ||
      ::listen(descriptor_.get(), SOMAXCONN) != 0) {
    const int reason = errno;
    if (reason == EADDRINUSE) {
      throw Error(ErrorKind::conflict, action + ": another program does",
                  "give another --port; --port 0 takes one that is free");
    }
    if (reason == EADDRNOTAVAIL)
      throw Error(ErrorKind::usage, action + ": this machine has no such address", "give another --host");
    throw system_error(reason, action);
  }
  address.length = sizeof address.storage;
  ::getsockname(descriptor_.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.length);
  std::tie(address_, port_) = text_of(address);
}

std::optional<Accepted> Listener::accept() {
  Address peer;
  peer.length = sizeof peer.storage;
  FileDescriptor descriptor = platform::accept_connection(
      descriptor_.get(), reinterpret_cast<sockaddr*>(&peer.storage), &peer.length);
  if (!descriptor) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
      throw Error(ErrorKind::limit, "no further connection can be accepted: too many files are open",
                  "raise the limit: ulimit -n 4096");
    // Anything else is about this one connection (accept(2)).
    return std::nullopt;
  }
  const int on = 1;
  ::setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return Accepted{std::move(descriptor), text_of(peer).first};
}

std::string Listener::authority() const {
  const bool is_v6 = address_.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", address_, port_) : fmt::format("{}:{}", address_, port_);
}

}  // namespace corral::serve
