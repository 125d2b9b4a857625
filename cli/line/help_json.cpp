#include "cli/line/help.hpp"
#include "cli/line/help_topics.hpp"
#include "cli/line/version.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

namespace {

Json describe(const Argument& argument) {
  Json json;
  if (argument.positional) {
    json["name"] = argument.name();
  } else {
    json["names"] = argument.names;
  }
  json["type"] = name_of(argument.type);
  if (argument.positional || argument.required) json["required"] = argument.required;
  if (!argument.value_name.empty() && !argument.positional) json["value_name"] = argument.value_name;
  if (!argument.default_value.empty()) json["default"] = argument.default_value;
  if (!argument.choices.empty()) json["choices"] = argument.choices;
  if (argument.repeatable) json["repeatable"] = true;
  json["description"] = argument.description;
  return json;
}

Json describe(const std::vector<Argument>& arguments) {
  Json json = Json::array();
  for (const Argument& argument : arguments) {
    if (!argument.hidden) json.push_back(describe(argument));
  }
  return json;
}

Json describe(const ChosenCommand& chosen) {
  Json json;
  const Command& command = chosen.command;
  json["command"] = chosen.path;
  if (!command.names.empty()) {
    json["name"] = command.name();
    if (command.names.size() > 1) {
      json["aliases"] = std::vector<std::string_view>(command.names.begin() + 1, command.names.end());
    }
  }
  json["summary"] = command.summary;
  if (chosen.is_group()) {
    json["commands"] = Json::array();
    for (Command& child : command.children()) {
      if (child.hidden) continue;
      std::string path = chosen.path + " " + std::string(child.name());
      json["commands"].push_back(describe(ChosenCommand{std::move(child), std::move(path)}));
    }
  } else {
    json["reads_only"] = command.reads_only;
    const DeclaredCommand leaf(command);
    json["usage"] = usage_line(chosen, leaf);
    json["positionals"] = describe(leaf.positionals());
    json["options"] = describe(leaf.options());
  }
  if (!command.examples.empty()) json["examples"] = command.examples;
  return json;
}

Json describe(const HelpTopic& topic) {
  Json json{{"name", topic.name}, {"summary", topic.summary}};
  json["sections"] = Json::array();
  for (const HelpSection& section : topic.sections) {
    Json part{{"title", section.title}, {"paragraphs", section.paragraphs}};
    part["rows"] = Json::array();
    for (const HelpEntry& entry : section.entries)
      part["rows"].push_back(Json{{"name", entry.name}, {"description", entry.description}});
    json["sections"].push_back(std::move(part));
  }
  return json;
}

}  // namespace

std::string help_json(const ChosenCommand& chosen) {
  Json json;
  json["program"] = "corral";
  json["version"] = program_version;
  json["global_options"] = describe(global_arguments());
  json.update(describe(chosen));
  if (chosen.command.names.empty()) {
    json["topics"] = Json::array();
    for (const HelpTopic& topic : help_topics()) json["topics"].push_back(describe(topic));
  }
  return json_text(json, 2) + "\n";
}

std::string topic_json(const HelpTopic& topic) {
  return json_text(describe(topic), 2) + "\n";
}

}  // namespace corral
