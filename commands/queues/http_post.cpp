#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/queues/delivery.hpp"
#include "commands/queues/http_response.hpp"

namespace corral::queues {

namespace {

constexpr std::size_t max_response_bytes = std::size_t{16} << 20U;
constexpr UnixMillis longest_silence = UnixMillis{15} * 60 * 1000;

class Post final : public Delivery {
 public:
  Post(const HttpAddress& address, const std::string& body, const Clock& clock)
      : clock_(clock),
        address_(address),
        request_(fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
                             "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                             address.path, address.host, body.size(), body)),
        rest_(request_),
        last_sign_(clock.elapsed()) {
    connect_next();
  }

  [[nodiscard]] std::vector<pollfd> waits() const override {
    if (!socket_) return {};
    return {{socket_.get(), static_cast<short>(rest_.empty() ? POLLIN : POLLIN | POLLOUT), 0}};
  }

  bool step() override {
    while (socket_ && !done_) {
      if (!connected_ && !finish_connecting()) continue;
      if (!connected_ || !advance()) break;
    }
    if (!done_ && !socket_) {
      result_.reached = false;
      fail(fmt::format("{} cannot be reached: {}", address_.host, std::strerror(error_)));
    }
    if (!done_ && clock_.elapsed() - last_sign_ > longest_silence) fail("no answer for 15 minutes");
    return done_;
  }

  DeliveryResult result() override { return std::move(result_); }

 private:
  void connect_next() {
    connected_ = false;
    socket_ = FileDescriptor();
    while (!socket_ && next_ < address_.addresses.size()) {
      const std::string& text = address_.addresses[next_++];
      sockaddr_storage storage{};
      socklen_t size = 0;
      if (text.find(':') == std::string::npos) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address_.port);
        ::inet_pton(AF_INET, text.c_str(), &v4.sin_addr);
        size = sizeof v4;
      } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address_.port);
        ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
        size = sizeof v6;
      }
      socket_ = FileDescriptor(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      if (!socket_) {
        error_ = errno;
      } else if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0 &&
                 errno != EINPROGRESS) {
        error_ = errno;
        socket_ = FileDescriptor();
      }
    }
  }

  /// True once connected, false after a failed attempt. Leaves connected_ false while in progress.
  bool finish_connecting() {
    pollfd ready{socket_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, 0) <= 0) return true;
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
    connected_ = failure == 0;
    if (connected_) return true;
    error_ = failure;
    connect_next();
    return false;
  }

  /// Writes and reads what it can; false if it would block.
  bool advance() {
    while (!rest_.empty()) {
      const ssize_t count = ::send(socket_.get(), rest_.data(), rest_.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
      if (count < 0) rest_ = {};  // the server may have responded before it closed the connection
      if (count > 0) rest_.remove_prefix(static_cast<std::size_t>(count));
      last_sign_ = clock_.elapsed();
    }
    std::array<char, 65'536> buffer{};
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    last_sign_ = clock_.elapsed();
    if (count > 0) {
      response_.add({buffer.data(), static_cast<std::size_t>(count)});
    } else {
      response_.end();
    }
    if (response_.complete()) {
      succeed();
    } else if (count <= 0) {
      fail(fmt::format("{} hung up without an answer", address_.host));
    } else if (response_.size() > max_response_bytes) {
      fail("the answer is too long");
    }
    return true;
  }

  void succeed() {
    constexpr int first_good = 200;
    constexpr int first_other = 300;
    done_ = true;
    result_.succeeded = response_.status() >= first_good && response_.status() < first_other;
    if (!result_.succeeded) result_.reason = fmt::format("HTTP status {}", response_.status());
    result_.answer = response_.take_body();
  }

  void fail(std::string reason) {
    done_ = true;
    result_.reason = std::move(reason);
  }

  const Clock& clock_;
  HttpAddress address_;
  std::string request_;
  std::string_view rest_;
  std::size_t next_ = 0;
  FileDescriptor socket_;
  bool connected_ = false;
  bool done_ = false;
  int error_ = 0;
  UnixMillis last_sign_;
  HttpResponse response_;
  DeliveryResult result_;
};

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return ::inet_pton(family, text.c_str(), ignored.data()) == 1;
}

}  // namespace

HttpAddress parse_http_url(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (url.starts_with("https://")) {
    throw Error(ErrorKind::usage, "corral does not speak https",
                "give an http:// address on this machine, or one of a proxy that adds the encryption");
  }
  const auto refuse = [&](std::string_view reason) -> Error {
    return {ErrorKind::usage, fmt::format("\"{}\" {}", shown(url), reason),
            "write http://localhost:8787/path, or an IP address in place of localhost"};
  };
  if (!url.starts_with(scheme)) throw refuse("is not an http:// address");
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!printable) throw refuse("has characters that an address cannot have");
  HttpAddress address;
  std::string rest = url.substr(scheme.size());
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = rest.find_first_of("/?");
  address.host = rest.substr(0, path);
  if (path != std::string::npos) address.path = (rest[path] == '?' ? "/" : "") + rest.substr(path);
  if (address.host.find('@') != std::string::npos)
    throw refuse("has a user in it, which corral does not send");
  std::string name = address.host;
  const std::size_t bracket = name.find(']');
  const std::size_t colon = name.find(':', bracket == std::string::npos ? 0 : bracket);
  if (colon != std::string::npos) {
    const std::string digits = name.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || address.port == 0)
      throw refuse("has a port that is not one");
    name.resize(colon);
  }
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  if (ascii_lower(name) == "localhost") {
    address.addresses = {"127.0.0.1", "::1"};
  } else if (is_address(AF_INET, name) || is_address(AF_INET6, name)) {
    address.addresses = {name};
  } else {
    throw refuse("names a host that would have to be looked up, which corral does not do");
  }
  return address;
}

std::unique_ptr<Delivery> post(const HttpAddress& address, const std::string& body, const Clock& clock) {
  return std::make_unique<Post>(address, body, clock);
}

}  // namespace corral::queues
