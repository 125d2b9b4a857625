#include "backends/http/date.hpp"

#include <array>
#include <ctime>

#include "backends/bytes/unix_time.hpp"

namespace corral::http {

namespace {
constexpr const char* form = "%a, %d %b %Y %H:%M:%S GMT";  // the program never leaves the "C" locale
}  // namespace

std::string http_date(UnixMillis moment) {
  // Rounded down, before 1970 too.
  const std::time_t seconds = moment / one_second - (moment % one_second < 0 ? 1 : 0);
  std::tm date{};
  ::gmtime_r(&seconds, &date);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &date)};
}

std::optional<UnixMillis> parse_http_date(std::string_view text) {
  std::tm date{};
  const std::string whole(text);
  const char* const end = ::strptime(whole.c_str(), form, &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return ::timegm(&date) * one_second;
}

}  // namespace corral::http
