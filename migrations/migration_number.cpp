#include "migrations/migration_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "backends/bytes/text.hpp"

namespace corral::migrations {

namespace {

constexpr std::size_t shortest_number = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A number of `least` to `most` digits at the start of a text, removed from it if its value is within
/// bounds.
struct Digits {
  std::size_t least;
  std::size_t most;
  int low;
  int high;
};

constexpr int first_year = 1970;
constexpr int last_year = 2199;
constexpr Digits year{4, 4, first_year, last_year};
constexpr Digits short_year{2, 2, 10, 69};
constexpr Digits day_or_short_year{2, 2, 1, 69};
constexpr Digits month{1, 2, 1, 12};
constexpr Digits day{1, 2, 1, 31};
constexpr Digits week{1, 2, 1, 53};
constexpr Digits quarter{1, 1, 1, 4};
constexpr Digits hour{2, 2, 0, 23};
constexpr Digits minute{2, 2, 0, 59};

bool takes(std::string_view& text, const Digits& digits) {
  const std::string_view first = text.substr(0, digits.most);
  const auto count =
      static_cast<std::size_t>(std::find_if_not(first.begin(), first.end(), is_digit) - first.begin());
  if (count < digits.least) return false;
  int number = 0;
  std::from_chars(first.data(), first.data() + count, number);
  if (number < digits.low || number > digits.high) return false;
  text.remove_prefix(count);
  return true;
}

bool takes_separator(std::string_view& text, std::string_view separators) {
  if (text.empty() || separators.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool ends_number(std::string_view text) {
  return text.empty() || !is_digit(text.front());
}

/// January, jan, W03 or Q1.
bool takes_named_part(std::string_view text) {
  constexpr auto months =
      std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july",
                                       "august", "september", "october", "november", "december"});
  const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_letter);
  const std::string word = ascii_lower({text.begin(), end});
  text.remove_prefix(word.size());
  if (word == "w" || word == "q") return takes(text, word == "w" ? week : quarter) && ends_number(text);
  constexpr std::size_t shortest_month = 3;
  return word.size() >= shortest_month &&
         std::any_of(months.begin(), months.end(),
                     [&](std::string_view name) { return name.starts_with(word); });
}

/// 2024-01-13, 2024_1, 2024/01, 2024-W03, 2024jan, 13.01.2024, 24-01-13 and the like.
bool starts_with_date(std::string_view text) {
  constexpr std::string_view separators = "-_./";
  std::string_view rest = text;
  if (takes(rest, year) && ends_number(rest)) {
    const std::string_view separator = rest.substr(0, 1);
    const bool is_separated = takes_separator(rest, separators);
    if (takes_named_part(rest)) return true;
    if (!is_separated || !takes(rest, month)) return false;
    std::string_view after = rest;
    if (takes_separator(after, separator) && takes(after, day) && ends_number(after)) return true;
    return ends_number(rest);
  }
  rest = text;
  if (!takes(rest, day_or_short_year)) return false;
  const std::string_view separator = rest.substr(0, 1);
  if (!takes_separator(rest, separators) || !takes(rest, day) || !takes_separator(rest, separator))
    return false;
  std::string_view last = rest;
  return (takes(rest, year) && ends_number(rest)) || (takes(last, day_or_short_year) && ends_number(last));
}

/// "1.2.0_orders" is one of several versions that begin with 1.
bool starts_with_version(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  return end > 0 && end < shortest_number && text.substr(end).starts_with('.') &&
         !ends_number(text.substr(end + 1));
}

}  // namespace

bool MigrationNumber::is_date() const {
  const auto is = [&](std::initializer_list<Digits> parts) {
    std::string_view text = digits_;
    return std::all_of(parts.begin(), parts.end(),
                       [&](Digits part) {
                         part.least = part.most;
                         return takes(text, part);
                       }) &&
           text.empty();
  };
  return !is_negative_ && (is({year, month}) || is({short_year, month, day}) || is({year, month, day}) ||
                           is({year, month, day, hour}) || is({year, month, day, hour, minute}));
}

std::optional<MigrationNumber> MigrationNumber::of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size()));
  MigrationNumber number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.is_negative_ = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_digit);
  if (end == text.begin()) return std::nullopt;
  const auto* const first = std::find_if(text.begin(), end, [](char c) { return c != '0'; });
  if (first != end) number.digits_.assign(first, end);
  if (number.digits_ == "0") number.is_negative_ = false;
  return number;
}

std::optional<MigrationNumber> MigrationNumber::of_name(std::string_view name) {
  while (!name.empty()) {
    const std::size_t slash = std::min(name.find('/'), name.size());
    if (starts_with_date(name) || starts_with_version(name)) return std::nullopt;
    if (auto number = of(name.substr(0, slash))) return number;
    name.remove_prefix(std::min(slash + 1, name.size()));
  }
  return std::nullopt;
}

std::string MigrationNumber::next() const {
  std::string digits = is_negative_ ? "0" : digits_;
  std::size_t at = digits.size();
  while (at > 0 && digits[at - 1] == '9') digits[--at] = '0';
  if (at > 0) {
    ++digits[at - 1];
  } else {
    digits.insert(0, 1, '1');
  }
  if (digits.size() < shortest_number) digits.insert(0, shortest_number - digits.size(), '0');
  return digits;
}

std::strong_ordering operator<=>(const MigrationNumber& a, const MigrationNumber& b) {
  if (a.is_negative_ != b.is_negative_) {
    return a.is_negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const MigrationNumber& small = a.is_negative_ ? b : a;
  const MigrationNumber& large = a.is_negative_ ? a : b;
  if (small.digits_.size() != large.digits_.size()) return small.digits_.size() <=> large.digits_.size();
  return small.digits_.compare(large.digits_) <=> 0;
}

}  // namespace corral::migrations
