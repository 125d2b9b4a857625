#include "backends/bytes/byte_order.hpp"

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"

using namespace corral;

TEST_CASE("numbers have one byte order, whatever the machine") {
  std::string bytes;
  append_little_endian(bytes, std::uint32_t{0x01020304});
  append_little_endian(bytes, std::int64_t{-2});
  append_little_endian(bytes, std::uint8_t{0xab});
  append_big_endian(bytes, std::uint32_t{0x01020304});
  append_big_endian(bytes, std::uint64_t{5});
  CHECK(hex(bytes) ==
        "04030201"
        "feffffffffffffff"
        "ab"
        "01020304"
        "0000000000000005");
  CHECK(read_little_endian<std::uint32_t>(bytes.data()) == 0x01020304);
  CHECK(read_little_endian<std::int64_t>(bytes.data() + 4) == -2);
  CHECK(read_little_endian<std::uint8_t>(bytes.data() + 12) == 0xab);
  CHECK(read_big_endian<std::uint32_t>(bytes.data() + 13) == 0x01020304);
  CHECK(read_big_endian<std::uint64_t>(bytes.data() + 17) == 5);
  write_little_endian(bytes.data() + 1, std::uint16_t{0x1122});
  CHECK(hex(bytes.substr(0, 4)) == "04221101");
}
