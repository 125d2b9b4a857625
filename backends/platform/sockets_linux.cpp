#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/sendfile.h>

#include "backends/error.hpp"
#include "backends/platform/sockets.hpp"

namespace corral::platform {

FileDescriptor accept_connection(int listening, sockaddr* peer, socklen_t* length) {
  return FileDescriptor(::accept4(listening, peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

FileDescriptor make_stream_socket(int family) {
  return FileDescriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

ssize_t send_bytes(int socket, const char* bytes, std::size_t count) {
  return ::send(socket, bytes, count, MSG_NOSIGNAL);
}

ssize_t send_file(int socket, int file, off_t& at, std::size_t length) {
  return ::sendfile(socket, file, &at, length);
}

Readiness::Readiness() : queue_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!queue_) throw system_error(errno, "cannot wait for connections");
}

void Readiness::watch(int descriptor, Mode mode, bool is_new) const {
  epoll_event event{};
  if (mode == Mode::always) event.events = EPOLLIN;
  if (mode == Mode::once) event.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
  event.data.fd = descriptor;
  if (::epoll_ctl(queue_.get(), is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event) != 0)
    throw system_error(errno, "cannot wait for a connection");
}

std::vector<int> Readiness::ready() const {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(queue_.get(), events.data(), static_cast<int>(events.size()), 0);
  std::vector<int> descriptors;
  descriptors.reserve(events.size());
  for (int i = 0; i < count; ++i) descriptors.push_back(events.at(static_cast<std::size_t>(i)).data.fd);
  return descriptors;
}

}  // namespace corral::platform
