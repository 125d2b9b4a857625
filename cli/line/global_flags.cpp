#include "cli/line/global_flags.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

enum Position : std::size_t { config, cwd, environment, env_file, json, debug, help, version };

void give_once(std::optional<std::string>& target, const Argument& argument, std::string value) {
  if (target) {
    throw Error(ErrorKind::usage, fmt::format(R"({} takes one value, but was given "{}" and "{}")",
                                              argument.name(), shown(*target), shown(value)));
  }
  target = std::move(value);
}

Argument valued(std::vector<std::string> names, ArgumentType type, std::string value_name,
                std::string description) {
  Argument argument;
  argument.names = std::move(names);
  argument.type = type;
  argument.value_name = std::move(value_name);
  argument.description = std::move(description);
  return argument;
}

std::vector<Argument> make_arguments() {
  std::vector<Argument> all;
  all.push_back(valued({"-c", "--config"}, ArgumentType::file, "FILE", "Read this wrangler config"));
  all.push_back(valued({"--cwd"}, ArgumentType::folder, "DIR", "Run as if started in this folder"));
  all.push_back(valued({"-e", "--env"}, ArgumentType::text, "NAME", "Use this environment of the config"));
  all.push_back(valued({"--env-file"}, ArgumentType::file, "FILE",
                       "Read variables from this file; of several, the last wins"));
  all.back().repeatable = true;
  all.push_back(valued({"--json"}, ArgumentType::boolean, "", "Print the result as JSON"));
  all.push_back(valued({"--debug"}, ArgumentType::boolean, "",
                       "Show the requests of --remote, one line each, on stderr"));
  all.push_back(valued({"-h", "--help"}, ArgumentType::boolean, "", "Show help"));
  all.push_back(valued({"-v", "--version"}, ArgumentType::boolean, "", "Show the version"));
  return all;
}

}  // namespace

const std::vector<Argument>& global_arguments() {
  static const std::vector<Argument> all = make_arguments();
  return all;
}

void give(GlobalFlags& flags, const Argument& argument, std::string value) {
  switch (static_cast<std::size_t>(&argument - global_arguments().data())) {
    case Position::config: give_once(flags.config, argument, std::move(value)); break;
    case Position::cwd: give_once(flags.cwd, argument, std::move(value)); break;
    case Position::environment: give_once(flags.environment, argument, std::move(value)); break;
    case Position::env_file: flags.env_files.push_back(std::move(value)); break;
    case Position::json: flags.json = value == "true"; break;
    case Position::debug: flags.debug = value == "true"; break;
    case Position::help: flags.help = value == "true"; break;
    case Position::version: flags.version = value == "true"; break;
    default: break;
  }
}

}  // namespace corral
