#include "backends/platform/decimal_text.hpp"

#include <limits>
#include <string_view>
#include <system_error>

#include <doctest/doctest.h>

using namespace corral;

namespace {

struct Read {
  double value = -1;  ///< as it was, unless a number was read
  std::errc error;
  std::size_t length = 0;
};

Read number_in(std::string_view text) {
  Read read;
  const auto [stop, error] = platform::read_number(text.data(), text.data() + text.size(), read.value);
  read.error = error;
  read.length = static_cast<std::size_t>(stop - text.data());
  return read;
}

}  // namespace

TEST_CASE("decimal text: numbers are read to the last bit, as far as they go") {
  CHECK(number_in("0.1").value == 0.1);
  CHECK(number_in("-2.5e-3").value == -2.5e-3);
  CHECK(number_in("9007199254740993").value == 9007199254740992.0);
  CHECK(number_in("1.7976931348623157e308").value == std::numeric_limits<double>::max());
  CHECK(number_in("5e-324").value == std::numeric_limits<double>::denorm_min());
  CHECK(number_in("12e").length == 2);
  CHECK(number_in("1.5-").length == 3);
}

TEST_CASE("decimal text: what is no number, or none that fits, leaves the value as it was") {
  for (const char* text : {"", "+1", "-", ".", "e5", "--1"}) {
    CAPTURE(text);
    CHECK(number_in(text).error == std::errc::invalid_argument);
    CHECK(number_in(text).value == -1);
  }
  for (const char* text : {"1e400", "-1e400", "1e-400"}) {
    CAPTURE(text);
    CHECK(number_in(text).error == std::errc::result_out_of_range);
    CHECK(number_in(text).value == -1);
  }
}
