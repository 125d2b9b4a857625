#include "serve/http/socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "backends/error.hpp"
#include "backends/platform/sockets.hpp"
#include "serve/http/tls_context.hpp"

namespace corral::serve {

namespace {

Deadline in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

Error too_slow() {
  return {ErrorKind::unavailable, "the client was silent for too long"};
}

Error cut_short() {
  return {ErrorKind::corrupt, "a file is shorter than it should be"};
}

Error broken(int error_number) {
  return system_error(error_number, "the connection to the client broke");
}

}  // namespace

void Socket::FreeTls::operator()(ssl_st* tls) const noexcept {
  SSL_free(tls);
}

Socket::Socket(FileDescriptor descriptor, const TlsContext* tls) : descriptor_(std::move(descriptor)) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls->get()));
  if (!tls_ || SSL_set_fd(tls_.get(), descriptor_.get()) != 1)
    throw Error(ErrorKind::unavailable, "there is not enough memory for a TLS connection");
  SSL_set_accept_state(tls_.get());
}

Socket::~Socket() = default;

bool Socket::wait(short events, Deadline deadline) const {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() < 0) return false;
    pollfd one{descriptor_.get(), events, 0};
    const auto milliseconds = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
    const int ready = ::poll(&one, 1, static_cast<int>(milliseconds));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw broken(errno);
    if (ready == 0 && milliseconds == 0) return false;
  }
}

bool Socket::wait_for_tls(int result, Deadline deadline) {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      if (!wait(POLLIN, deadline)) throw too_slow();
      return true;
    case SSL_ERROR_WANT_WRITE:
      if (!wait(POLLOUT, deadline)) throw too_slow();
      return true;
    case SSL_ERROR_ZERO_RETURN: return false;
    default: {
      std::array<char, 200> reason{};
      ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
      ERR_clear_error();
      throw Error(ErrorKind::io, std::string("TLS with the client failed: ") + reason.data());
    }
  }
}

void Socket::shake_hands(Deadline deadline) {
  if (!tls_ || is_shaken_) return;
  for (int result = 0; result != 1;) {
    ERR_clear_error();
    result = SSL_accept(tls_.get());
    if (result != 1 && !wait_for_tls(result, deadline)) throw broken(ECONNRESET);
  }
  is_shaken_ = true;
}

std::size_t Socket::read(std::span<char> buffer, Deadline deadline) {
  while (tls_) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &count);
    if (result == 1) return count;
    if (!wait_for_tls(result, deadline)) return 0;
  }
  while (true) {
    const ssize_t count = ::recv(descriptor_.get(), buffer.data(), buffer.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) throw broken(errno);
    if (!wait(POLLIN, deadline)) throw too_slow();
  }
}

void Socket::write(std::string_view bytes, std::chrono::milliseconds patience) {
  while (!bytes.empty()) {
    if (tls_) {
      ERR_clear_error();
      std::size_t count = 0;
      const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &count);
      if (result == 1) {
        bytes.remove_prefix(count);
      } else if (!wait_for_tls(result, in(patience))) {
        throw broken(ECONNRESET);
      }
      continue;
    }
    const ssize_t count = platform::send_bytes(descriptor_.get(), bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait(POLLOUT, in(patience))) throw too_slow();
    } else if (errno != EINTR) {
      throw broken(errno);
    }
  }
}

void Socket::write_file(int file, std::uint64_t offset, std::uint64_t length,
                        std::chrono::milliseconds patience) {
  if (tls_) {
    std::array<char, std::size_t{16} << 10U> buffer;  // a record of TLS
    while (length > 0) {
      const ssize_t count = ::pread(file, buffer.data(), std::min<std::uint64_t>(buffer.size(), length),
                                    static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error(errno, "cannot read a file");
      if (count == 0) throw cut_short();
      write({buffer.data(), static_cast<std::size_t>(count)}, patience);
      offset += static_cast<std::uint64_t>(count);
      length -= static_cast<std::uint64_t>(count);
    }
    return;
  }
  constexpr std::uint64_t at_most = std::uint64_t{1} << 30U;
  auto at = static_cast<off_t>(offset);
  while (length > 0) {
    const ssize_t count = platform::send_file(descriptor_.get(), file, at, std::min(length, at_most));
    if (count > 0) {
      length -= static_cast<std::uint64_t>(count);
    } else if (count == 0) {
      throw cut_short();
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait(POLLOUT, in(patience))) throw too_slow();
    } else if (errno != EINTR) {
      throw broken(errno);
    }
  }
}

bool Socket::is_readable(Deadline deadline) {
  return (tls_ && SSL_pending(tls_.get()) > 0) || wait(POLLIN, deadline);
}

void Socket::end() noexcept {
  if (tls_ && is_shaken_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  ::shutdown(descriptor_.get(), SHUT_WR);
}

void Socket::cut() noexcept {
  ::shutdown(descriptor_.get(), SHUT_RDWR);
}

}  // namespace corral::serve
