#include "commands/text/moment.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::r2 {

namespace {

/// Scans a text from the left; every function returns whether it found what it was looking for.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  /// Exactly `digits` decimal digits.
  bool number(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }

  bool literal(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  /// The index of the next word in a list.
  template <std::size_t Count>
  bool word(const std::array<std::string_view, Count>& words, int& place) {
    for (std::size_t i = 0; i < Count; ++i) {
      if (!literal(words.at(i))) continue;
      place = static_cast<int>(i);
      return true;
    }
    return false;
  }

  /// A fraction of a second, after the decimal point, in milliseconds.
  bool fraction(int& millis) {
    int digits = 0;
    millis = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), ++digits) {
      if (digits < 3) millis = millis * 10 + (rest_.front() - '0');
    }
    for (int i = digits; i < 3; ++i) millis *= 10;
    return digits > 0;
  }

  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millis = 0;
  int zone_minutes = 0;
};

std::optional<UnixMillis> millis_of(const Parts& parts) {
  using namespace std::chrono;
  const year_month_day date{year(parts.year), month(static_cast<unsigned>(parts.month)),
                            day(static_cast<unsigned>(parts.day))};
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 59) return std::nullopt;
  const auto moment = sys_days(date) + hours(parts.hour) + minutes(parts.minute - parts.zone_minutes) +
                      seconds(parts.second) + milliseconds(parts.millis);
  return duration_cast<milliseconds>(moment.time_since_epoch()).count();
}

bool read_zone(Scanner& scanner, Parts& parts) {
  if (scanner.literal("Z") || scanner.done()) return true;
  const bool west = scanner.literal("-");
  if (!west && !scanner.literal("+")) return false;
  int hour = 0;
  int minute = 0;
  if (!scanner.number(2, hour)) return false;
  scanner.literal(":");
  if (!scanner.number(2, minute) || hour > 23 || minute > 59) return false;
  parts.zone_minutes = (west ? -1 : 1) * (hour * 60 + minute);
  return true;
}

std::optional<UnixMillis> iso_moment(std::string_view text) {
  Scanner scanner(text);
  Parts parts;
  if (!scanner.number(4, parts.year) || !scanner.literal("-") || !scanner.number(2, parts.month) ||
      !scanner.literal("-") || !scanner.number(2, parts.day)) {
    return std::nullopt;
  }
  if (!scanner.done()) {
    if (!scanner.literal("T") && !scanner.literal(" ")) return std::nullopt;
    if (!scanner.number(2, parts.hour) || !scanner.literal(":") || !scanner.number(2, parts.minute))
      return std::nullopt;
    if (scanner.literal(":")) {
      if (!scanner.number(2, parts.second)) return std::nullopt;
      if (scanner.literal(".") && !scanner.fraction(parts.millis)) return std::nullopt;
    }
    if (!read_zone(scanner, parts)) return std::nullopt;
  }
  return scanner.done() ? millis_of(parts) : std::nullopt;
}

/// RFC 9110, 5.6.7: IMF-fixdate.
std::optional<UnixMillis> http_moment(std::string_view text) {
  constexpr std::array<std::string_view, 7> days = {"Sun, ", "Mon, ", "Tue, ", "Wed, ",
                                                    "Thu, ", "Fri, ", "Sat, "};
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Scanner scanner(text);
  Parts parts;
  int weekday = 0;
  const bool found = scanner.word(days, weekday) && scanner.number(2, parts.day) && scanner.literal(" ") &&
                     scanner.word(months, parts.month) && scanner.literal(" ") &&
                     scanner.number(4, parts.year) && scanner.literal(" ") && scanner.number(2, parts.hour) &&
                     scanner.literal(":") && scanner.number(2, parts.minute) && scanner.literal(":") &&
                     scanner.number(2, parts.second) && scanner.literal(" GMT") && scanner.done();
  if (!found) return std::nullopt;
  ++parts.month;
  return millis_of(parts);
}

}  // namespace

std::optional<UnixMillis> moment_of(std::string_view text) {
  if (const auto moment = iso_moment(text)) return moment;
  return http_moment(text);
}

UnixMillis parse_moment(std::string_view text, std::string_view flag) {
  if (const auto moment = moment_of(text)) return *moment;
  throw Error(ErrorKind::usage, fmt::format("{} must be a date, but is \"{}\"", flag, shown(text)),
              "write 2030-01-31, 2030-01-31T12:00:00Z or Thu, 31 Jan 2030 12:00:00 GMT");
}

}  // namespace corral::r2
