#include "commands/state/transfer/value_filter.hpp"

#include <array>
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::state;
using namespace corral::testing;

namespace {

constexpr std::uint64_t limit = 1'000'000;

ValueFilter filter(const std::string& command) {
  return ValueFilter(command, [] {});
}

std::optional<std::string> filtered(const std::string& command, std::string_view value) {
  return filter(command).apply(value, {.resource = "CACHE", .key = "k", .metadata = R"({"a":1})"}, limit);
}

/// A value of this many bytes, without keeping it; throws at `fails_at`.
class LongSource final : public ByteSource {
 public:
  LongSource(std::uint64_t size, std::uint64_t fails_at) : left_(size), until_failure_(fails_at) {}
  std::size_t read(std::span<char> buffer) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size()));
    if (count >= until_failure_) throw Error(ErrorKind::io, "the connection broke off");
    std::fill_n(buffer.begin(), count, 'x');
    left_ -= count;
    until_failure_ -= count;
    return count;
  }

 private:
  std::uint64_t left_;
  std::uint64_t until_failure_;
};

}  // namespace

TEST_CASE("a command makes the new value from its stdin, byte for byte") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(filtered("cat", bytes) == bytes);
  CHECK(filtered("cat", "") == "");
  CHECK(filtered("tr a-z A-Z", "hello") == "HELLO");
  CHECK(filtered(R"(cat >/dev/null; printf '%s %s %s' "$CORRAL_RESOURCE" "$CORRAL_KEY" "$CORRAL_METADATA")",
                 "v") == R"(CACHE k {"a":1})");
}

TEST_CASE("exit status 1 drops a value, any other but 0 is an error") {
  CHECK_FALSE(filtered("cat; exit 1", "v"));
  CHECK_FALSE(filtered("false", std::string(200'000, 'x')));
  CHECK(failure_of([] { filtered("exit 2", "v"); }).message().find("exit status 2") != std::string::npos);
  CHECK(failure_of([] { filtered("nothing-of-this-name 2>/dev/null", "v"); }).message().find("not found") !=
        std::string::npos);
  CHECK(failure_of([] { filtered("kill -9 $$", "v"); }).message().find("signal 9") != std::string::npos);
}

TEST_CASE("a command may leave its input unread, and may say much before it reads") {
  CHECK(filtered("head -c 3", std::string(500'000, 'x')) == "xxx");
  const std::string large(300'000, 'y');
  CHECK(filtered("head -c 300000 /dev/zero | tr '\\0' y; cat >/dev/null", std::string(300'000, 'x')) ==
        large);
  CHECK(failure_of([] { filtered("head -c 2000000 /dev/zero", "v"); }).kind() == ErrorKind::limit);
}

TEST_CASE("a value is streamed, and an input that breaks off is never taken for a whole one") {
  constexpr std::uint64_t size = 30'000'000;
  LongSource whole(size, UINT64_MAX);
  const ValueFilter cat = filter("cat");
  const auto source = cat.apply(whole, {.resource = "r", .key = "k"});
  std::array<char, 65'536> buffer{};
  std::uint64_t total = 0;
  while (const std::size_t count = source->read(buffer)) total += count;
  CHECK(total == size);
  LongSource broken(size, 1'000'000);
  const auto half = cat.apply(broken, {.resource = "r", .key = "k"});
  CHECK(failure_of([&] {
          while (half->read(buffer) > 0) {
          }
        }).message() == "the connection broke off");
}

TEST_CASE("a command that is no longer wanted is ended") {
  const auto start = std::chrono::steady_clock::now();
  {
    MemorySource input("v");
    const ValueFilter slow = filter("sleep 60");
    static_cast<void>(slow.apply(input, {.resource = "r", .key = "k"}));
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  CHECK(failure_of([] { filter("if then"); }).kind() == ErrorKind::usage);
}
