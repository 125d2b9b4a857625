#include "backends/platform/random_bytes.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("random bytes: they come, and other ones each time") {
  std::array<unsigned char, 32> one{};
  std::array<unsigned char, 32> other{};
  CHECK(platform::read_random(one.data(), one.size()) == 32);
  CHECK(platform::read_random(other.data(), other.size()) == 32);
  CHECK(one != other);
  CHECK(platform::read_random(one.data(), 0) == 0);
}
