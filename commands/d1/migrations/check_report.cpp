#include "commands/d1/migrations/check_report.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/d1/migrations/finding_text.hpp"
#include "commands/text/markdown.hpp"

namespace corral::d1 {

using migrations::CheckOutcome;
using migrations::CheckReport;
using migrations::CheckStep;
using migrations::LintFinding;

namespace {

std::string mending_sql(const CheckReport& report) {
  std::string sql;
  if (!report.drift) return sql;
  for (const std::string& statement : report.drift->mend.statements) sql += statement + ";\n";
  return sql;
}

/// What the result means, for the heading.
std::string_view verdict(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::passed: return "all is well";
    case CheckOutcome::attention: return "something to look at";
    case CheckOutcome::failed: return "errors";
  }
  return "";
}

std::string_view word_of(const CheckStep& step) {
  return step.was_done ? name_of(step.outcome) : "not done";
}

std::string_view sign_of(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::passed: return "✅";
    case CheckOutcome::attention: return "⚠️";
    case CheckOutcome::failed: return "❌";
  }
  return "";
}

}  // namespace

int exit_status_of(const CheckReport& report) {
  constexpr int attention_status = 3;
  switch (report.outcome()) {
    case CheckOutcome::passed: return 0;
    case CheckOutcome::attention: return attention_status;
    case CheckOutcome::failed: return 1;
  }
  return 1;
}

Json json_of(const CheckReport& report, const CheckedDatabase& database) {
  Json steps = Json::array();
  for (const CheckStep& step : report.steps) {
    steps.push_back({{"check", step.name},
                     {"outcome", name_of(step.outcome)},
                     {"done", step.was_done},
                     {"detail", step.detail}});
  }
  Json findings = Json::array();
  for (const LintFinding& finding : report.findings) findings.push_back(json_of(finding));
  Json json{{"database", database.name},
            {"result", name_of(report.outcome())},
            {"exit_status", exit_status_of(report)},
            {"steps", std::move(steps)},
            {"pending", report.pending},
            {"findings", std::move(findings)},
            {"drift", nullptr}};
  if (report.drift) {
    json["drift"] = {{"statements", report.drift->mend.statements},
                     {"rebuilt", report.drift->mend.rebuilt},
                     {"proved", report.drift->mend.is_proved},
                     {"missing", report.drift->missing}};
  }
  return json;
}

std::string text_of(const CheckReport& report, const CheckedDatabase& database) {
  std::string text = fmt::format("migrations of \"{}\"{}: {}\n", shown(database.name), database.owner,
                                 verdict(report.outcome()));
  for (const CheckStep& step : report.steps)
    text += fmt::format("  {:<8} {:<10} {}\n", step.name, word_of(step), shown(step.detail));
  for (const std::string& name : report.pending) text += fmt::format("pending: {}\n", shown(name));
  for (const LintFinding& finding : report.findings) text += text_of(finding);
  const std::string sql = mending_sql(report);
  if (!sql.empty()) text += "-- would make the schema that of the applied migrations:\n" + sql;
  return text;
}

std::string markdown_of(const CheckReport& report, const CheckedDatabase& database) {
  std::string text =
      fmt::format("### {} Migrations of {}{}: {}\n\n| check | outcome | |\n| --- | --- | --- |\n",
                  sign_of(report.outcome()), markdown_code(database.name), markdown_text(database.owner),
                  verdict(report.outcome()));
  for (const CheckStep& step : report.steps)
    text += fmt::format("| {} | {} {} | {} |\n", step.name, sign_of(step.outcome), word_of(step),
                        markdown_text(step.detail));
  if (!report.pending.empty()) text += "\n**Pending**\n\n";
  for (const std::string& name : report.pending) text += fmt::format("- {}\n", markdown_code(name));
  if (!report.findings.empty()) text += "\n**Findings**\n\n";
  for (const LintFinding& finding : report.findings) {
    const std::string place = place_of(finding);
    text += fmt::format(
        "- {} {}{}{} ({}){}{}\n", sign_of(finding.is_error ? CheckOutcome::failed : CheckOutcome::attention),
        place.empty() ? "" : markdown_code(place), place.empty() ? "" : " ", markdown_text(finding.message),
        finding.rule, finding.advice.empty() ? "" : "<br>", markdown_text(finding.advice));
  }
  const std::string sql = mending_sql(report);
  if (!sql.empty()) {
    text +=
        "\n<details><summary>SQL that would make the schema that of the applied migrations</summary>\n\n" +
        markdown_block(sql, "sql") + "\n</details>\n";
  }
  return text;
}

}  // namespace corral::d1
