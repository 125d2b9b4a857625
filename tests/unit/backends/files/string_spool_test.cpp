#include "backends/files/string_spool.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using corral::StringSpool;

namespace {

std::vector<std::string> drained(StringSpool& spool, std::size_t at_once, std::size_t& calls) {
  std::vector<std::string> all;
  calls = 0;
  spool.drain(at_once, [&](std::span<const std::string> some) {
    CHECK(some.size() <= at_once);
    ++calls;
    all.insert(all.end(), some.begin(), some.end());
  });
  return all;
}

}  // namespace

TEST_CASE("strings come back in their order, also those that no longer fit in memory") {
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, std::size_t{200'000}}) {
    StringSpool spool;
    std::vector<std::string> added;
    for (int i = 0; i < 11; ++i) {
      added.push_back(std::to_string(i) + std::string(length, static_cast<char>(i)));
      spool.add(added.back());
    }
    CHECK(spool.size() == 11);
    std::size_t calls = 0;
    CHECK(drained(spool, 5, calls) == added);
    CHECK(calls == 3);
    CHECK(spool.empty());
    CHECK(drained(spool, 5, calls).empty());
    CHECK(calls == 0);
    spool.add("");
    CHECK(drained(spool, 1, calls) == std::vector<std::string>{""});
  }
}
