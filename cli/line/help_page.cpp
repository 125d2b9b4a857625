#include "cli/line/help_page.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace corral {

HelpPage::HelpPage(const HelpStyle& style)
    : width_(static_cast<std::size_t>(std::clamp(style.width, 40, 100))), colour_(style.colour) {}

void HelpPage::line(std::string_view text) {
  text_ += text;
  text_ += '\n';
}

void HelpPage::heading(std::string_view text) {
  line("");
  line(colour_ ? fmt::format("\x1b[1m{}:\x1b[0m", text) : fmt::format("{}:", text));
}

void HelpPage::section(std::string_view title, const std::vector<HelpRow>& rows) {
  if (rows.empty()) return;
  heading(title);
  this->rows(rows);
}

void HelpPage::rows(const std::vector<HelpRow>& rows) {
  std::size_t column = 0;
  // One very long name must not push every description to the right edge.
  const std::size_t widest = width_ / 2 - 4;
  for (const HelpRow& row : rows) {
    if (row.left.size() <= widest) column = std::max(column, row.left.size());
  }
  const std::size_t indent = column + 4;
  for (const HelpRow& row : rows) {
    text_ += fmt::format("  {:<{}}", row.left, row.right.empty() ? 0 : column);
    if (row.left.size() > column) text_ += fmt::format("\n{:{}}", "", indent - 2);
    wrap(row.right, 2, indent);
  }
}

void HelpPage::paragraph(std::string_view text) {
  wrap(text, 2, 2);
}

void HelpPage::wrap(std::string_view text, std::size_t first, std::size_t indent) {
  std::size_t lead = first;
  while (!text.empty()) {
    const std::size_t room = width_ - indent;
    std::size_t end = text.size();
    if (end > room) {
      const std::size_t space = text.rfind(' ', room);
      end = space == std::string_view::npos || space == 0 ? room : space;
    }
    text_ += fmt::format("{:{}}{}", "", lead, text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (!text.empty()) text_ += '\n';
    lead = indent;
  }
  text_ += '\n';
}

}  // namespace corral
