#include "commands/d1/migrations/finding_text.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral::d1 {

using migrations::LintFinding;

Json json_of(const LintFinding& finding) {
  return {{"file", finding.file},
          {"line", finding.place.line},
          {"column", finding.place.column},
          {"statement", finding.place.number},
          {"severity", finding.is_error ? "error" : "warning"},
          {"rule", finding.rule},
          {"message", finding.message},
          {"advice", finding.advice}};
}

std::string place_of(const LintFinding& finding) {
  if (finding.file.empty() || finding.place.number == 0) return shown(finding.file);
  return fmt::format("{}:{}:{}", shown(finding.file), finding.place.line, finding.place.column);
}

std::string text_of(const LintFinding& finding) {
  const std::string place = place_of(finding);
  std::string text =
      fmt::format("{}{}{}: {} [{}]\n", place, place.empty() ? "" : ": ",
                  finding.is_error ? "error" : "warning", shown(finding.message), finding.rule);
  if (!finding.advice.empty()) text += fmt::format("  {}\n", shown(finding.advice));
  return text;
}

}  // namespace corral::d1
