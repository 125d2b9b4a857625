#include "cli/progress_line.hpp"

#include <array>
#include <optional>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"
#include "tests/fake_clock.hpp"

namespace corral::testing {

namespace {

/// A display whose drawings can be read back.
class Drawings {
 public:
  explicit Drawings(bool on) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    reading_ = FileDescriptor(ends[0]);
    writing_ = FileDescriptor(ends[1]);
    display_.emplace(writing_.get(), on);
  }
  ProgressDisplay& display() { return *display_; }

  /// What was drawn, after which nothing more can be.
  std::string read() {
    writing_ = FileDescriptor();
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = ::read(reading_.get(), buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }

 private:
  FileDescriptor reading_;
  FileDescriptor writing_;
  std::optional<ProgressDisplay> display_;
};

}  // namespace

TEST_CASE("nothing is drawn in the first 200 ms, then at most ten times a second; at the end it is wiped") {
  Drawings drawings(true);
  FakeClock clock;
  {
    ProgressLine line(drawings.display(), clock, "Counting", 1'000, ProgressUnit::items);
    for (std::uint64_t ms = 0; ms <= 399; ++ms) {
      line.update(ms);
      clock.advance(1);
    }
  }
  CHECK(drawings.read() ==
        "\rCounting  200 / 1,000  20%  1,000/s\x1b[K\rCounting  300 / 1,000  30%  1,000/s\x1b[K\r\x1b[K");
}

TEST_CASE("a display that is off draws nothing, and a short task neither") {
  for (const bool on : {true, false}) {
    CAPTURE(on);
    Drawings drawings(on);
    FakeClock clock;
    {
      ProgressLine line(drawings.display(), clock, "Counting", 0, ProgressUnit::bytes);
      clock.advance(on ? 199 : 10'000);
      line.update(5);
    }
    CHECK(drawings.read().empty());
  }
}

}  // namespace corral::testing
