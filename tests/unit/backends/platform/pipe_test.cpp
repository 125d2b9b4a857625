#include "backends/platform/pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"

using namespace corral;

TEST_CASE("pipe: what goes in comes out, and no other program gets an end of it") {
  std::array<int, 2> ends{};
  REQUIRE(platform::make_pipe(ends) == 0);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  for (const int end : ends) CHECK((::fcntl(end, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(::write(writing.get(), "x", 1) == 1);
  writing = FileDescriptor();
  std::array<char, 2> bytes{};
  CHECK(::read(reading.get(), bytes.data(), bytes.size()) == 1);
  CHECK(bytes[0] == 'x');
  CHECK(::read(reading.get(), bytes.data(), bytes.size()) == 0);
}
