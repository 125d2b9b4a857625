#pragma once

#include <string_view>
#include <vector>

namespace corral {

struct HelpEntry {
  std::string_view name;  ///< a variable, a status, a file
  std::string_view description;
};

struct HelpSection {
  std::string_view title;
  std::vector<std::string_view> paragraphs;
  std::vector<HelpEntry> entries;
};

/// What `corral help TOPIC` explains: something that concerns every command. The guides say more.
struct HelpTopic {
  std::string_view name;
  std::string_view summary;
  std::vector<HelpSection> sections;
};

const std::vector<HelpTopic>& help_topics();

/// nullptr: there is no such topic.
const HelpTopic* find_topic(std::string_view name);

}  // namespace corral
