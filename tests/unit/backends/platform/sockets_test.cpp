#include "backends/platform/sockets.hpp"

#include <array>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace corral;
using Mode = platform::Readiness::Mode;

TEST_CASE("readiness: reported always, once, or not while it is paused") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  const FileDescriptor here(ends[0]);
  FileDescriptor there(ends[1]);
  const platform::Readiness readiness;
  const std::vector<int> reported{here.get()};

  readiness.watch(here.get(), Mode::once, true);
  CHECK(readiness.ready().empty());
  REQUIRE(::write(there.get(), "x", 1) == 1);
  CHECK(readiness.ready() == reported);
  CHECK(readiness.ready().empty());
  readiness.watch(here.get(), Mode::once, false);
  CHECK(readiness.ready() == reported);

  readiness.watch(here.get(), Mode::always, false);
  CHECK(readiness.ready() == reported);
  CHECK(readiness.ready() == reported);
  readiness.watch(here.get(), Mode::paused, false);
  CHECK(readiness.ready().empty());

  char byte = 0;
  REQUIRE(::read(here.get(), &byte, 1) == 1);
  readiness.watch(here.get(), Mode::once, false);
  CHECK(readiness.ready().empty());
  there = FileDescriptor();
  CHECK(readiness.ready() == reported);
}

TEST_CASE("accept: a connection that does not block and is not inherited") {
  const FileDescriptor listening(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(listening.get(), any, length) == 0);
  REQUIRE(::listen(listening.get(), 1) == 0);
  REQUIRE(::getsockname(listening.get(), any, &length) == 0);
  const FileDescriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  REQUIRE(::connect(client.get(), any, length) == 0);

  const FileDescriptor accepted = platform::accept_connection(listening.get(), any, &length);
  REQUIRE(accepted);
  CHECK((::fcntl(accepted.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(accepted.get(), F_GETFL) & O_NONBLOCK) != 0);
}
