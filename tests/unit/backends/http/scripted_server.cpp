#include "tests/unit/backends/http/scripted_server.hpp"

#include <array>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>

namespace corral::testing {

bool ServedConnection::receive() {
  std::array<char, 65'536> buffer{};
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count > 0) arrived_.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::string ServedConnection::read_until(std::string_view text) {
  while (arrived_.find(text) == std::string::npos && receive()) continue;
  const std::size_t at = arrived_.find(text);
  std::string taken = arrived_.substr(0, at == std::string::npos ? at : at + text.size());
  arrived_.erase(0, taken.size());
  return taken;
}

std::string ServedConnection::read_request() {
  const std::string head = read_until("\r\n\r\n");
  if (head.find("Transfer-Encoding: chunked") != std::string::npos) return head + read_until("0\r\n\r\n");
  const std::string_view field = "Content-Length: ";
  const std::size_t at = head.find(field);
  std::size_t length = 0;
  if (at != std::string::npos)
    std::from_chars(head.data() + at + field.size(), head.data() + head.size(), length);
  while (arrived_.size() < length && receive()) continue;
  const std::string body = arrived_.substr(0, length);
  arrived_.erase(0, length);
  return head + body;
}

void ServedConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void ServedConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_ = FileDescriptor();
}

void ServedConnection::wait_for_end() {
  while (receive()) continue;
}

ScriptedServer::ScriptedServer(std::function<void(ServedConnection&)> serve)
    : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    throw std::system_error(errno, std::generic_category());
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  accepting_.join();
  for (std::thread& thread : threads_) thread.join();
}

void ScriptedServer::accept_all() {
  while (true) {
    FileDescriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    constexpr timeval patience{10, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    threads_.emplace_back([this, number = connections_++, taken = std::move(socket)]() mutable {
      ServedConnection connection(std::move(taken), number);
      serve_(connection);
    });
  }
}

std::string ScriptedServer::address(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

}  // namespace corral::testing
