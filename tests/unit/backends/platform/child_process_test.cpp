#include "backends/platform/child_process.hpp"

#include <array>
#include <csignal>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/platform/pipe.hpp"

using namespace corral;

namespace {

constexpr int long_enough_ms = 30'000;

bool is_readable(const FileDescriptor& file, int wait_ms) {
  pollfd waiting{file.get(), POLLIN, 0};
  return ::poll(&waiting, 1, wait_ms) == 1;
}

}  // namespace

TEST_CASE("child process: its end is something to wait for, before it is collected and after it has come") {
  std::array<int, 2> ends{};
  REQUIRE(platform::make_pipe(ends) == 0);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[1]);
    char byte = 0;
    ::_exit(::read(ends[0], &byte, 1) == 0 ? 7 : 8);
  }
  const FileDescriptor running = platform::watch_end_of(child);
  REQUIRE(running);
  CHECK_FALSE(is_readable(running, 0));
  writing = FileDescriptor();
  CHECK(is_readable(running, long_enough_ms));
  const FileDescriptor ended = platform::watch_end_of(child);
  REQUIRE(ended);
  CHECK(is_readable(ended, long_enough_ms));
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 7);
}
