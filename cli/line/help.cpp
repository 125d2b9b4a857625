#include "cli/line/help.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/line/help_page.hpp"
#include "cli/line/help_topics.hpp"

namespace corral {

namespace {

std::string description_of(const Argument& argument) {
  std::string text = argument.description;
  if (!argument.choices.empty()) text += fmt::format(" (one of: {})", fmt::join(argument.choices, ", "));
  if (argument.repeatable && !argument.positional) text += " (repeatable)";
  if (argument.required && !argument.positional) text += " (required)";
  if (!argument.default_value.empty()) text += fmt::format(" (default: {})", argument.default_value);
  return text;
}

HelpRow flag_row(const Argument& argument) {
  const bool has_short = argument.names.front().size() == 2;
  HelpRow row{fmt::format("{}{}", has_short ? "" : "    ", fmt::join(argument.names, ", ")),
              description_of(argument)};
  if (!argument.value_name.empty()) row.left += " " + argument.value_name;
  return row;
}

std::vector<HelpRow> flag_rows(const std::vector<Argument>& arguments) {
  std::vector<HelpRow> rows;
  for (const Argument& argument : arguments) {
    if (!argument.hidden) rows.push_back(flag_row(argument));
  }
  return rows;
}

void add_examples(HelpPage& page, const Command& command) {
  if (command.examples.empty()) return;
  page.heading("Examples");
  for (const std::string_view example : command.examples) page.line(fmt::format("  {}", example));
}

void describe_group(HelpPage& page, const ChosenCommand& chosen) {
  page.line(fmt::format("Usage: {} <command>", chosen.path));
  std::vector<HelpRow> rows;
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
  if (chosen.command.names.empty()) {
    std::vector<HelpRow> topics;
    for (const HelpTopic& topic : help_topics())
      topics.push_back({fmt::format("help {}", topic.name), std::string(topic.summary)});
    page.section("Topics", topics);
  }
  add_examples(page, chosen.command);
  page.section("Global flags", flag_rows(global_arguments()));
  page.line("");
  page.line(fmt::format("\"{} <command> --help\" shows more about a command.", chosen.path));
}

void describe_leaf(HelpPage& page, const ChosenCommand& chosen) {
  const DeclaredCommand leaf(chosen.command);
  page.line(fmt::format("Usage: {}", usage_line(chosen, leaf)));
  std::vector<HelpRow> rows;
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
  HelpPage page(style);
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

std::string topic_text(const HelpTopic& topic, const HelpStyle& style) {
  HelpPage page(style);
  page.line(topic.summary);
  for (const HelpSection& section : topic.sections) {
    page.heading(section.title);
    for (const std::string_view paragraph : section.paragraphs) page.paragraph(paragraph);
    if (!section.paragraphs.empty() && !section.entries.empty()) page.line("");
    std::vector<HelpRow> rows;
    for (const HelpEntry& entry : section.entries)
      rows.push_back({std::string(entry.name), std::string(entry.description)});
    page.rows(rows);
  }
  return page.take();
}

}  // namespace corral
