#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace corral::migrations {

/// The number at the start of a name, of any length, as JavaScript's parseInt reads it (white space, a sign,
/// digits), since that is how wrangler numbers migrations (found by experiment).
class MigrationNumber {
 public:
  /// nullopt: the text does not start with a number.
  static std::optional<MigrationNumber> of(std::string_view text);

  /// The number of a migration: that of the first numbered segment of its path. nullopt for a segment that
  /// starts with a date or version: the year in 2024-01-13-a.sql is not its number.
  static std::optional<MigrationNumber> of_name(std::string_view name);

  static MigrationNumber zero() { return {}; }

  /// The number plus one, zero-padded to four digits: "0013".
  [[nodiscard]] std::string next() const;

  /// Whether it is a date such as 202401, 240113, 20240113, or one with hour and minute: such numbers are not
  /// unique. With seconds, they are.
  [[nodiscard]] bool is_date() const;

  [[nodiscard]] std::string text() const { return (is_negative_ ? "-" : "") + digits_; }

  friend std::strong_ordering operator<=>(const MigrationNumber& a, const MigrationNumber& b);
  friend bool operator==(const MigrationNumber& a, const MigrationNumber& b) = default;

 private:
  bool is_negative_ = false;
  std::string digits_ = "0";  ///< without leading zeros
};

}  // namespace corral::migrations
