#include "migrations/migration_number.hpp"

#include <algorithm>

namespace corral::migrations {

namespace {

constexpr std::size_t shortest_number = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

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
