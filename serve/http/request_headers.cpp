#include "serve/http/request_headers.hpp"

#include <algorithm>
#include <charconv>

namespace corral::serve {

namespace {

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ObjectRange> parse_range(std::string_view value) {
  constexpr std::string_view unit = "bytes=";
  if (!value.starts_with(unit)) return std::nullopt;
  value.remove_prefix(unit.size());
  const std::size_t dash = value.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view first = value.substr(0, dash);
  const std::string_view last = value.substr(dash + 1);
  ObjectRange range;
  if (first.empty()) {
    range.suffix = number(last);
    return range.suffix ? std::optional(range) : std::nullopt;
  }
  range.offset = number(first);
  if (!range.offset) return std::nullopt;
  if (last.empty()) return range;
  const auto end = number(last);
  if (!end || *end < *range.offset) return std::nullopt;
  range.length = *end - *range.offset + 1;
  if (*range.length == 0) range.length.reset();  // up to the last byte that a number can name
  return range;
}

std::vector<std::string> parse_etags(std::string_view value) {
  std::vector<std::string> etags;
  while (!value.empty()) {
    std::string_view one = value.substr(0, value.find(','));
    value.remove_prefix(std::min(one.size() + 1, value.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one.size() >= 2 && one.front() == '"' && one.back() == '"') one = one.substr(1, one.size() - 2);
    if (!one.empty()) etags.emplace_back(one);
  }
  return etags;
}

}  // namespace corral::serve
