#include "commands/text/readable.hpp"

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("times in UTC, for people and for JSON") {
  CHECK(readable_time(0) == "1970-01-01 00:00:00");
  CHECK(readable_time(1'764'018'300'250) == "2025-11-24 21:05:00");
  CHECK(iso_time(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_time(1'764'018'300'250) == "2025-11-24T21:05:00.250Z");
  CHECK(iso_time(1'764'018'300'007) == "2025-11-24T21:05:00.007Z");
  CHECK(iso_time(951'782'399'999) == "2000-02-28T23:59:59.999Z");
  CHECK(iso_time(951'782'400'000) == "2000-02-29T00:00:00.000Z");
  CHECK(iso_time(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(iso_time(-1'000) == "1969-12-31T23:59:59.000Z");
}

TEST_CASE("sizes keep two or three digits") {
  CHECK(readable_size(0) == "0 B");
  CHECK(readable_size(1'023) == "1023 B");
  CHECK(readable_size(1'024) == "1.0 KiB");
  CHECK(readable_size(1'536) == "1.5 KiB");
  CHECK(readable_size(10'240) == "10 KiB");
  CHECK(readable_size(26'214'400) == "25 MiB");
  CHECK(readable_size(std::uint64_t{5} << 40U) == "5.0 TiB");
  CHECK(readable_size(UINT64_MAX) == "16384 PiB");
}
