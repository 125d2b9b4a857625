#include "cli/line/help.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/line/version.hpp"

namespace corral {

namespace {

struct Row {
  std::string left;
  std::string right;
};

/// Builds a help text from sections of two aligned columns.
class Page {
 public:
  explicit Page(const HelpStyle& style)
      : width_(static_cast<std::size_t>(std::clamp(style.width, 40, 100))), colour_(style.colour) {}

  void line(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }

  void heading(std::string_view text) {
    line("");
    line(colour_ ? fmt::format("\x1b[1m{}:\x1b[0m", text) : fmt::format("{}:", text));
  }

  void section(std::string_view title, const std::vector<Row>& rows) {
    if (rows.empty()) return;
    heading(title);
    std::size_t column = 0;
    // One very long name must not push every description to the right edge.
    const std::size_t widest = width_ / 2 - 4;
    for (const Row& row : rows) {
      if (row.left.size() <= widest) column = std::max(column, row.left.size());
    }
    for (const Row& row : rows) add_row(row, column);
  }

  std::string take() { return std::move(text_); }

 private:
  void add_row(const Row& row, std::size_t column) {
    const std::size_t indent = column + 4;
    text_ += fmt::format("  {:<{}}", row.left, row.right.empty() ? 0 : column);
    if (row.left.size() > column) text_ += fmt::format("\n{:{}}", "", indent - 2);
    std::string_view rest = row.right;
    bool first = true;
    while (!rest.empty()) {
      const std::size_t room = width_ - indent;
      std::size_t end = rest.size();
      if (end > room) {
        const std::size_t space = rest.rfind(' ', room);
        end = space == std::string_view::npos || space == 0 ? room : space;
      }
      text_ += fmt::format("{:{}}{}", "", first ? 2 : indent, rest.substr(0, end));
      rest.remove_prefix(end);
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
      if (!rest.empty()) text_ += '\n';
      first = false;
    }
    text_ += '\n';
  }

  std::size_t width_;
  bool colour_;
  std::string text_;
};

std::string description_of(const Argument& argument) {
  std::string text = argument.description;
  if (!argument.choices.empty()) text += fmt::format(" (one of: {})", fmt::join(argument.choices, ", "));
  if (argument.repeatable && !argument.positional) text += " (repeatable)";
  if (argument.required && !argument.positional) text += " (required)";
  if (!argument.default_value.empty()) text += fmt::format(" (default: {})", argument.default_value);
  return text;
}

Row flag_row(const Argument& argument) {
  const bool has_short = argument.names.front().size() == 2;
  Row row{fmt::format("{}{}", has_short ? "" : "    ", fmt::join(argument.names, ", ")),
          description_of(argument)};
  if (!argument.value_name.empty()) row.left += " " + argument.value_name;
  return row;
}

std::vector<Row> flag_rows(const std::vector<Argument>& arguments) {
  std::vector<Row> rows;
  for (const Argument& argument : arguments) {
    if (!argument.hidden) rows.push_back(flag_row(argument));
  }
  return rows;
}

void add_examples(Page& page, const Command& command) {
  if (command.examples.empty()) return;
  page.heading("Examples");
  for (const std::string_view example : command.examples) page.line(fmt::format("  {}", example));
}

void describe_group(Page& page, const ChosenCommand& chosen) {
  page.line(fmt::format("Usage: {} <command>", chosen.path));
  std::vector<Row> rows;
  for (const Command& child : chosen.command.children()) {
    if (child.hidden) continue;
    std::string summary{child.summary};
    if (child.names.size() > 1) {
      const std::vector<std::string_view> aliases(child.names.begin() + 1, child.names.end());
      summary += fmt::format(" (also: {})", fmt::join(aliases, ", "));
    }
    rows.push_back({std::string(child.name()), std::move(summary)});
  }
  if (chosen.command.names.empty()) rows.push_back({std::string(help_word), std::string(help_summary)});
  page.section("Commands", rows);
  add_examples(page, chosen.command);
  page.section("Global flags", flag_rows(global_arguments()));
  page.line("");
  page.line(fmt::format("\"{} <command> --help\" shows more about a command.", chosen.path));
}

void describe_leaf(Page& page, const ChosenCommand& chosen) {
  const DeclaredCommand leaf(chosen.command);
  page.line(fmt::format("Usage: {}", usage_line(chosen, leaf)));
  std::vector<Row> rows;
  for (const Argument& argument : leaf.positionals()) {
    if (!argument.hidden) rows.push_back({argument.written(), description_of(argument)});
  }
  page.section("Arguments", rows);
  page.section("Flags", flag_rows(leaf.options()));
  page.section("Global flags", flag_rows(global_arguments()));
  add_examples(page, chosen.command);
}

}  // namespace

std::string usage_line(const ChosenCommand& chosen, const DeclaredCommand& leaf) {
  std::string line = chosen.path;
  for (const Argument& argument : leaf.positionals()) {
    if (argument.hidden) continue;
    const std::string shown_name = argument.written() + (argument.repeatable ? "..." : "");
    line += argument.required ? " " + shown_name : " [" + shown_name + "]";
  }
  bool optional_flags = false;
  for (const Argument& argument : leaf.options()) {
    if (argument.required) line += fmt::format(" {} {}", argument.name(), argument.value_name);
    optional_flags = optional_flags || !(argument.required || argument.hidden);
  }
  return optional_flags ? line + " [flags]" : line;
}

std::string help_text(const ChosenCommand& chosen, const HelpStyle& style) {
  Page page(style);
  if (!chosen.command.summary.empty()) {
    page.line(chosen.command.summary);
    page.line("");
  }
  if (chosen.is_group()) {
    describe_group(page, chosen);
  } else {
    describe_leaf(page, chosen);
  }
  return page.take();
}

}  // namespace corral
