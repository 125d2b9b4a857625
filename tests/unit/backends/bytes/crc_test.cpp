#include "backends/bytes/crc.hpp"

#include <string>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"

namespace corral {

namespace {

std::string check(CrcKind kind, std::string_view bytes, std::size_t piece) {
  Crc crc(kind);
  for (std::size_t at = 0; at < bytes.size(); at += piece) crc.update(bytes.substr(at, piece));
  return hex(crc.digest());
}

}  // namespace

/// The check value of a catalogue entry is that of "123456789".
TEST_CASE("known checks, in pieces of any size") {
  for (const std::size_t piece : {1U, 3U, 8U, 9U}) {
    CHECK(check(CrcKind::crc32, "123456789", piece) == "cbf43926");
    CHECK(check(CrcKind::crc32c, "123456789", piece) == "e3069283");
    CHECK(check(CrcKind::crc64nvme, "123456789", piece) == "ae8b14860a799888");
  }
  CHECK(check(CrcKind::crc32, "", 1) == "00000000");
  CHECK(check(CrcKind::crc32c, std::string(32, '\0'), 32) == "8a9136aa");  // RFC 3720, B.4
  CHECK(check(CrcKind::crc64nvme, "", 1) == "0000000000000000");
}

}  // namespace corral
