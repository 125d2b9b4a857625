#include "backends/platform/sockets.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <string_view>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/temporary_folder.hpp"

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

TEST_CASE("sockets: they do not block, are not inherited, and send bytes and files") {
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

  const FileDescriptor made = platform::make_stream_socket(AF_INET);
  CHECK((::fcntl(made.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(made.get(), F_GETFL) & O_NONBLOCK) != 0);

  // A file goes out from where it is asked for, up to its end, and what is written to a peer that is gone is
  // an error, no signal.
  const testing::TemporaryFolder folder;
  replace_file(folder.path() / "file", "0123456789");
  const FileDescriptor file = open_for_reading(folder.path() / "file");
  CHECK(platform::send_bytes(accepted.get(), "abc", 3) == 3);
  off_t at = 4;
  CHECK(platform::send_file(accepted.get(), file.get(), at, 3) == 3);
  CHECK(platform::send_file(accepted.get(), file.get(), at, 100) == 3);
  CHECK(at == 10);
  CHECK(platform::send_file(accepted.get(), file.get(), at, 100) == 0);
  std::array<char, 16> received{};
  CHECK(::recv(client.get(), received.data(), 9, MSG_WAITALL) == 9);
  CHECK(std::string_view(received.data(), 9) == "abc456789");
  std::signal(SIGPIPE, SIG_DFL);
  CHECK(::shutdown(accepted.get(), SHUT_WR) == 0);
  CHECK(platform::send_bytes(accepted.get(), "abc", 3) == -1);
  CHECK(errno == EPIPE);
}
