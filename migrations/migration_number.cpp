#include "migrations/migration_number.hpp"

#include <algorithm>
#include <charconv>

namespace corral::migrations {

namespace {

constexpr std::size_t shortest_number = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The number that a text begins with, if it has exactly so many digits and lies between two others.
bool takes(std::string_view& text, std::size_t digits, int low, int high) {
  int number = 0;
  const std::string_view taken = text.substr(0, digits);
  if (taken.size() != digits || !std::all_of(taken.begin(), taken.end(), is_digit)) return false;
  std::from_chars(taken.data(), taken.data() + taken.size(), number);
  text.remove_prefix(digits);
  return number >= low && number <= high;
}

constexpr int first_year = 1970;
constexpr int last_year = 2199;

/// 2024-01-13 or 2024-01, and the like with _ or '.', with nothing or anything but a digit after it.
bool starts_with_date(std::string_view text) {
  if (!takes(text, 4, first_year, last_year) || text.empty()) return false;
  const char separator = text.front();
  if (std::string_view("-_.").find(separator) == std::string_view::npos) return false;
  text.remove_prefix(1);
  if (!takes(text, 2, 1, 12)) return false;
  std::string_view day = text;
  if (day.starts_with(separator)) {
    day.remove_prefix(1);
    if (takes(day, 2, 1, 31)) text = day;
  }
  return text.empty() || !is_digit(text.front());
}

}  // namespace

bool MigrationNumber::is_date() const {
  std::string_view text = digits_;
  return !is_negative_ && takes(text, 4, first_year, last_year) && takes(text, 2, 1, 12) &&
         takes(text, 2, 1, 31) && text.empty();
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
    if (starts_with_date(name)) return std::nullopt;
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
