#include "backends/cloudflare/iso_time.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace corral::cloudflare {

namespace {

struct Field {
  std::size_t at;
  std::size_t digits;
};
constexpr std::array<Field, 6> fields = {{{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
constexpr std::string_view form = "0000-00-00T00:00:00";

std::optional<int> number(std::string_view text, Field field) {
  int value = 0;
  const char* const first = text.data() + field.at;
  const auto read = std::from_chars(first, first + field.digits, value);
  if (read.ec != std::errc() || read.ptr != first + field.digits || *first == '-') return std::nullopt;
  return value;
}

}  // namespace

std::string iso_time(UnixMillis moment) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(moment)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<UnixMillis> parse_iso_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view with_milliseconds = ".000Z";
  if (text.size() < form.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '0' && text[i] != form[i]) return std::nullopt;
  }
  std::array<int, fields.size()> values{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto value = number(text, fields[i]);
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  UnixMillis fraction = 0;
  const std::string_view rest = text.substr(form.size());
  if (rest != "Z") {
    const auto value = rest.size() == with_milliseconds.size() && rest.front() == '.'
                           ? number(text, {form.size() + 1, 3})
                           : std::nullopt;
    if (!value) return std::nullopt;
    fraction = *value;
  }
  const year_month_day date{year(values[0]), month(static_cast<unsigned>(values[1])),
                            day(static_cast<unsigned>(values[2]))};
  constexpr int hours_of_day = 24;
  constexpr int of_sixty = 60;
  if (!date.ok() || values[3] >= hours_of_day || values[4] >= of_sixty || values[5] >= of_sixty)
    return std::nullopt;
  const auto time = sys_days(date) + hours(values[3]) + minutes(values[4]) + seconds(values[5]);
  return duration_cast<milliseconds>(time.time_since_epoch()).count() + fraction;
}

}  // namespace corral::cloudflare
