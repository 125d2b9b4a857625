#include "backends/bytes/hex.hpp"

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"

namespace corral {

TEST_CASE("hexadecimal there and back") {
  const std::string bytes("\x00\x7f\x80\xff text", 9);
  CHECK(bytes_of_hex(hex(bytes)) == bytes);
  CHECK(bytes_of_hex("").empty());
}

}  // namespace corral
