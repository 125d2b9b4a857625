#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"
#include "commands/queues/delivery.hpp"
#include "tests/failure.hpp"
#include "tests/fake_clock.hpp"

using namespace corral;
using namespace corral::queues;
using namespace corral::testing;

namespace {

/// A server on its own port that accepts connections (the kernel does) but never responds.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_.get(), 1) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE("an address is taken apart") {
  const HttpAddress plain = parse_http_url("http://localhost:8787/path?query#part");
  CHECK(plain.host == "localhost:8787");
  CHECK(plain.addresses == std::vector<std::string>{"127.0.0.1", "::1"});
  CHECK(plain.port == 8787);
  CHECK(plain.path == "/path?query");
  const HttpAddress v6 = parse_http_url("http://[::1]:80?q");
  CHECK(v6.addresses == std::vector<std::string>{"::1"});
  CHECK(v6.port == 80);
  CHECK(v6.path == "/?q");
  CHECK(parse_http_url("http://127.0.0.1").path == "/");
}

TEST_CASE("addresses that cannot be posted to are refused") {
  for (const char* url :
       {"https://localhost/", "ftp://localhost/", "http://example.com/", "http://localhost:0/",
        "http://localhost:/", "http://localhost:99999/", "http://localhost:8o/", "http://u@localhost/",
        "http://a b/", "localhost:8787", "http://", "http://localhost/\n"}) {
    CAPTURE(url);
    CHECK(kind_of_failure([&] { parse_http_url(url); }) == ErrorKind::usage);
  }
}

TEST_CASE("a server that says nothing for 15 minutes has failed") {
  const SilentServer server;
  FakeClock clock;
  const auto delivery = post(parse_http_url(server.url()), "{}", clock);
  // Until the request is sent there is something to do.
  for (int steps = 0;
       steps < 1'000 && !delivery->waits().empty() && (delivery->waits()[0].events & POLLOUT) != 0; ++steps) {
    CHECK_FALSE(delivery->step());
  }
  clock.advance(15 * 60 * 1000);
  CHECK_FALSE(delivery->step());
  clock.advance(1);
  REQUIRE(delivery->step());
  const DeliveryResult result = delivery->result();
  CHECK(result.reached);
  CHECK_FALSE(result.succeeded);
  CHECK(result.reason == "no answer for 15 minutes");
}
