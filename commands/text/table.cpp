#include "commands/text/table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/output.hpp"

namespace corral {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest_column = 8;

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

/// Ranges of wide characters (Unicode's EastAsianWidth.txt, W and F, with adjacent ranges merged).
constexpr std::array wide_ranges{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},   Range{0x25FD, 0x25FE},
    Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x26AA, 0x26AB},   Range{0x26BD, 0x26BE},
    Range{0x2705, 0x2705},   Range{0x270A, 0x270B},   Range{0x2728, 0x2728},   Range{0x274C, 0x274C},
    Range{0x2753, 0x2755},   Range{0x2795, 0x2797},   Range{0x2B1B, 0x2B1C},   Range{0x2E80, 0x303E},
    Range{0x3041, 0xA4CF},   Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x16FE0, 0x18DFF},
    Range{0x1B000, 0x1B2FF}, Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF},
    Range{0x20000, 0x3FFFD}};

/// Common ranges of combining marks and other zero-width characters.
constexpr std::array zero_ranges{Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                                 Range{0x0610, 0x061A}, Range{0x064B, 0x065F}, Range{0x1AB0, 0x1AFF},
                                 Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                                 Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xE0100, 0xE01EF}};

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, std::uint32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [=](const Range& range) { return point >= range.first && point <= range.last; });
}

std::uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  std::uint32_t point = lead & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) point = point << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return point;
}

std::size_t width_of(std::string_view character) {
  constexpr std::uint32_t first_combining = 0x300;
  const std::uint32_t point = code_point(character);
  if (point < first_combining) return 1;
  if (is_in(zero_ranges, point)) return 0;
  return is_in(wide_ranges, point) ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::string_view character = first_characters(text, 1);
    width += width_of(character);
    text.remove_prefix(character.size());
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t width = 1;  // of the "…"
  std::size_t end = 0;
  while (true) {
    const std::string_view character = first_characters(text.substr(end), 1);
    width += width_of(character);
    if (width > columns) return std::string(text.substr(0, end)) + "…";
    end += character.size();
  }
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = shown(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::column_widths(std::size_t width) const {
  std::vector<std::size_t> widths;
  std::size_t total = columns_.empty() ? 0 : gap * (columns_.size() - 1);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = display_width(columns_[i].heading);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i]));
    widths.push_back(widest);
    total += widest;
  }
  while (width > 0 && total > width && !widths.empty()) {
    // Shrink the widest column to the next widest first, so that short columns stay intact.
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= narrowest_column) break;
    std::size_t second = narrowest_column;
    for (auto it = widths.begin(); it != widths.end(); ++it) {
      if (it != widest) second = std::max(second, *it);
    }
    const std::size_t less = std::clamp<std::size_t>(*widest - second, 1, total - width);
    *widest -= less;
    total -= less;
  }
  return widths;
}

std::string Table::line(const std::vector<std::size_t>& widths, const std::vector<std::string>* row) const {
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string cell = cut_to_width(row == nullptr ? columns_[i].heading : (*row)[i], widths[i]);
    const std::string padding(widths[i] - display_width(cell), ' ');
    if (i > 0) text.append(gap, ' ');
    text += columns_[i].align == Align::right ? padding + cell : cell + padding;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string Table::heading_line(const std::vector<std::size_t>& widths, bool colour) const {
  const std::string headings = line(widths, nullptr);
  return colour ? fmt::format("\x1b[1m{}\x1b[0m\n", headings) : headings + "\n";
}

std::string Table::text(std::size_t width, bool colour) const {
  const std::vector<std::size_t> widths = column_widths(width);
  std::string text = heading_line(widths, colour);
  for (const auto& row : rows_) text.append(line(widths, &row)).append(1, '\n');
  return text;
}

void Table::print(Output& out) const {
  out.styled(text(static_cast<std::size_t>(std::max(out.width(), 0)), out.colour()));
}

void Table::print_part(Output& out) {
  std::string text;
  if (part_widths_.empty()) {
    part_widths_ = column_widths(static_cast<std::size_t>(std::max(out.width(), 0)));
    text = heading_line(part_widths_, out.colour());
  }
  for (const auto& row : rows_) text.append(line(part_widths_, &row)).append(1, '\n');
  rows_.clear();
  out.styled(text);
}

}  // namespace corral
