#include "commands/command/config_check.hpp"

#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

std::string describe(const Project& project, const ConfigProblem& problem) {
  const std::string file = project.config ? shown(project.config->native()) : "the config";
  if (problem.at.line == 0) return fmt::format("{}: {} {}", file, problem.field, problem.message);
  return fmt::format("{}:{}:{}: {} {}", file, problem.at.line, problem.at.column, problem.field,
                     problem.message);
}

}  // namespace

const Project& require_section(Context& context, ConfigSection section) {
  const Project& project = context.project().project();
  const auto warn = [&context](const std::string& warning) {
    if (context.project().printed_warnings.insert(warning).second) context.out().warning(warning);
  };
  std::string mistakes;
  for (const ConfigProblem& problem : project.problems) {
    if (problem.section == section) {
      mistakes += (mistakes.empty() ? "" : "\n  ") + describe(project, problem);
    } else {
      warn(describe(project, problem));
    }
  }
  for (const std::string& warning : project.warnings) warn(warning);
  if (!mistakes.empty()) throw Error(ErrorKind::invalid_input, mistakes, "correct the config and try again");
  return project;
}

}  // namespace corral
