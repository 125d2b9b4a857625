#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/event.h>

#include "backends/error.hpp"
#include "backends/platform/sockets.hpp"

namespace corral::platform {

namespace {

FileDescriptor marked(FileDescriptor descriptor) {
  if (!descriptor) return descriptor;
  const int on = 1;
  ::fcntl(descriptor.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
  ::setsockopt(descriptor.get(), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
  return descriptor;
}

}  // namespace

FileDescriptor accept_connection(int listening, sockaddr* peer, socklen_t* length) {
  return marked(FileDescriptor(::accept(listening, peer, length)));
}

FileDescriptor make_stream_socket(int family) {
  return marked(FileDescriptor(::socket(family, SOCK_STREAM, 0)));
}

ssize_t send_bytes(int socket, const char* bytes, std::size_t count) {
  return ::send(socket, bytes, count, 0);
}

ssize_t send_file(int socket, int file, off_t& at, std::size_t length) {
  auto sent = static_cast<off_t>(length);  // 0 would mean: to the end
  if (length == 0) return 0;
  const int result = ::sendfile(file, socket, at, &sent, nullptr, 0);
  // What was sent before the socket was full, or a signal came, counts.
  if (result != 0 && sent == 0) return -1;
  at += sent;
  return static_cast<ssize_t>(sent);
}

Readiness::Readiness() : queue_(::kqueue()) {
  if (!queue_) throw system_error(errno, "cannot wait for connections");
  ::fcntl(queue_.get(), F_SETFD, FD_CLOEXEC);
}

void Readiness::watch(int descriptor, Mode mode, bool /*is_new*/) const {
  unsigned short flags = EV_ADD | EV_ENABLE;
  if (mode == Mode::once) flags = EV_ADD | EV_ENABLE | EV_DISPATCH;
  if (mode == Mode::paused) flags = EV_ADD | EV_DISABLE;
  struct kevent event {};
  EV_SET(&event, static_cast<uintptr_t>(descriptor), EVFILT_READ, flags, 0, 0, nullptr);
  if (::kevent(queue_.get(), &event, 1, nullptr, 0, nullptr) != 0)
    throw system_error(errno, "cannot wait for a connection");
}

std::vector<int> Readiness::ready() const {
  std::array<struct kevent, 64> events{};
  const timespec at_once{};
  const int count =
      ::kevent(queue_.get(), nullptr, 0, events.data(), static_cast<int>(events.size()), &at_once);
  std::vector<int> descriptors;
  for (int i = 0; i < count; ++i)
    descriptors.push_back(static_cast<int>(events.at(static_cast<std::size_t>(i)).ident));
  return descriptors;
}

}  // namespace corral::platform
