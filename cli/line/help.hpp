#pragma once

#include <string>
#include <string_view>

#include "cli/line/command_line.hpp"

namespace corral {

/// The argument that requests help anywhere among command names, and its description.
inline constexpr std::string_view help_word = "help";
inline constexpr std::string_view help_summary = "Show help for a command or a topic";

/// How help is laid out.
struct HelpStyle {
  int width = 100;      ///< columns; lines are broken to fit, at least 40
  bool colour = false;  ///< bold headings
};

/// "corral kv key get <key> [flags]".
std::string usage_line(const ChosenCommand& chosen, const DeclaredCommand& leaf);

/// The help of the root, a group or a leaf, ending in a newline.
std::string help_text(const ChosenCommand& chosen, const HelpStyle& style);

/// The command tree from `chosen` down as JSON, ending in a newline: name, aliases, summary, positionals,
/// options with their types, defaults and choices, whether the command only reads, examples; at the root also
/// the topics. Omits hidden items.
std::string help_json(const ChosenCommand& chosen);

/// A topic of `corral help TOPIC`, to read and as JSON.
std::string topic_text(const HelpTopic& topic, const HelpStyle& style);
std::string topic_json(const HelpTopic& topic);

}  // namespace corral
