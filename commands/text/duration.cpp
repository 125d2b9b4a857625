#include "commands/text/duration.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

UnixMillis parse_duration(std::string_view text, std::string_view flag) {
  constexpr UnixMillis second = 1000;
  constexpr UnixMillis hour = 3600 * second;
  constexpr UnixMillis day = 24 * hour;
  constexpr std::array<std::pair<char, UnixMillis>, 5> units = {
      {{'s', second}, {'m', 60 * second}, {'h', hour}, {'d', day}, {'w', 7 * day}}};
  constexpr std::int64_t most = 1'000'000;
  std::int64_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure == std::errc() && end + 1 == text.data() + text.size() && count > 0 && count <= most) {
    for (const auto& [letter, length] : units) {
      if (*end == letter) return count * length;
    }
  }
  throw Error(ErrorKind::usage, fmt::format("{} must be a length of time, but is \"{}\"", flag, shown(text)),
              "write 90s, 30m, 12h, 7d or 2w");
}

}  // namespace corral
