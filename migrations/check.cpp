#include "migrations/check.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_error.hpp"
#include "migrations/history.hpp"
#include "migrations/script_file.hpp"
#include "migrations/squash.hpp"
#include "migrations/trial.hpp"

namespace corral::migrations {

std::string_view name_of(CheckOutcome outcome) noexcept {
  switch (outcome) {
    case CheckOutcome::passed: return "ok";
    case CheckOutcome::attention: return "attention";
    case CheckOutcome::failed: return "error";
  }
  return "";
}

CheckOutcome CheckReport::outcome() const {
  CheckOutcome worst = CheckOutcome::passed;
  for (const CheckStep& step : steps) worst = std::max(worst, step.outcome);
  return worst;
}

namespace {

/// Whether an error is the files' own fault, not that of the machine, the network or the user.
bool is_finding(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::invalid_input:
    case ErrorKind::limit: return true;
    default: return false;
  }
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

class Checker {
 public:
  Checker(const CheckRequest& request, Schema actual, MigrationStatus status)
      : request_(request), actual_(std::move(actual)), status_(std::move(status)) {
    for (const MigrationEntry& entry : status_.entries) {
      if (entry.is_applied() || !entry.path) continue;
      pending_.push_back({.name = entry.name, .path = *entry.path});
      report_.pending.push_back(entry.name);
    }
  }

  CheckReport run() {
    files();
    record();
    pending();
    lint_pending();
    drift();
    trial();
    return std::move(report_);
  }

 private:
  void step(std::string_view name, CheckOutcome outcome, std::string detail) {
    report_.steps.push_back({.name = name, .outcome = outcome, .detail = std::move(detail)});
  }
  void not_done(std::string_view name, CheckOutcome outcome, std::string detail) {
    report_.steps.push_back(
        {.name = name, .outcome = outcome, .was_done = false, .detail = std::move(detail)});
  }

  CheckOutcome found(bool is_error, std::string_view rule, const std::string& file, std::string message,
                     std::string advice) {
    report_.findings.push_back({.is_error = is_error,
                                .rule = rule,
                                .file = file,
                                .place = {},
                                .message = std::move(message),
                                .advice = std::move(advice)});
    return is_error ? CheckOutcome::failed : CheckOutcome::attention;
  }

  void files() {
    CheckOutcome outcome = CheckOutcome::passed;
    std::size_t count = 0;
    for (const MigrationEntry& entry : status_.entries) {
      if (!entry.path) continue;
      ++count;
      if (request_.pulse) request_.pulse();
      try {
        ScriptFile script(*entry.path, entry.name);
        sql::ScriptStatement statement;
        while (script.next(statement)) {
        }
      } catch (const Error& error) {
        if (!is_finding(error)) throw;
        outcome = found(true, "malformed", entry.name, error.message(), error.hint());
        (entry.is_applied() ? applied_malformed_ : pending_malformed_) = true;
      }
      if (!entry.same_number.empty() && entry.name < entry.same_number.front()) {
        outcome = std::max(outcome, found(false, "same-number", entry.name,
                                          fmt::format("has the same number as {}", entry.same_number.front()),
                                          "they run in the order of their names: give one another number"));
      }
    }
    step("files", outcome, counted(count, "file"));
  }

  void record() {
    CheckOutcome outcome = CheckOutcome::passed;
    std::size_t applied = 0;
    std::size_t squashed = 0;
    for (const MigrationEntry& entry : status_.entries) {
      if (entry.is_applied()) ++applied;
      if (entry.state == MigrationState::changed) {
        outcome = std::max(outcome, found(true, "changed", entry.name,
                                          "has changed since it was applied: what it does now was never run",
                                          "restore the file, and put the change into a new migration"));
      } else if (entry.state == MigrationState::missing) {
        if (is_squashed(request_.folder, entry.name)) {
          ++squashed;
          continue;
        }
        outcome =
            std::max(outcome, found(true, "missing", entry.name, "is applied, but there is no such file",
                                    "restore it from version control"));
      } else if (entry.state == MigrationState::out_of_order) {
        outcome = std::max(outcome, found(!request_.allow_out_of_order, "out-of-order", entry.name,
                                          fmt::format("is not applied, although the later {} is",
                                                      status_.last_applied()->name),
                                          "give it a higher number, or apply it with --allow-out-of-order"));
      }
    }
    std::string detail = fmt::format("{} applied", applied);
    if (squashed != 0) detail += fmt::format(", {} of them squashed", squashed);
    if (!request_.keeps_records)
      detail += "; changed files cannot be told by checksum, as an account keeps none";
    step("record", outcome, std::move(detail));
  }

  void pending() {
    const bool look = !pending_.empty() && !request_.allow_pending;
    step("pending", look ? CheckOutcome::attention : CheckOutcome::passed,
         pending_.empty() ? "none" : counted(pending_.size(), "migration"));
  }

  void lint_pending() {
    if (pending_.empty()) return step("lint", CheckOutcome::passed, "nothing is pending");
    if (pending_malformed_) return not_done("lint", CheckOutcome::failed, "not run: a file is malformed");
    CheckOutcome outcome = CheckOutcome::passed;
    std::size_t findings = 0;
    const std::unique_ptr<SqlDatabase> scratch = request_.make_scratch();
    create_schema(actual_, *scratch);
    lint(pending_, *scratch, [&](const LintFinding& finding) {
      if (request_.pulse) request_.pulse();
      ++findings;
      report_.findings.push_back(finding);
      outcome = std::max(outcome, finding.is_error ? CheckOutcome::failed : CheckOutcome::attention);
    });
    lint_failed_ = outcome == CheckOutcome::failed;
    step("lint", outcome, findings == 0 ? "nothing to say" : counted(findings, "finding"));
  }

  void drift() {
    if (applied_malformed_) return not_done("drift", CheckOutcome::failed, "not known: a file is malformed");
    try {
      report_.drift = find_drift(actual_, status_, request_.folder, request_.make_scratch);
    } catch (const SqlError& error) {
      return not_done("drift", CheckOutcome::attention,
                      fmt::format("not known: the applied {} fails on an empty database: {}",
                                  shown(error.details().script), shown(error.details().text)));
    }
    const Drift& drift = *report_.drift;
    const std::string without = drift.missing.empty() ? ""
                                                      : fmt::format(" (without {}, which {} missing)",
                                                                    counted(drift.missing.size(), "file"),
                                                                    drift.missing.size() == 1 ? "is" : "are");
    if (drift.mend.statements.empty())
      return step("drift", CheckOutcome::passed, "the schema is that of the applied files" + without);
    step("drift", CheckOutcome::attention,
         fmt::format("the schema is not that of the applied files: {} would mend it{}{}",
                     counted(drift.mend.statements.size(), "statement"), without,
                     drift.mend.is_proved ? "" : ", but not exactly"));
  }

  void trial() {
    if (pending_.empty()) return step("trial", CheckOutcome::passed, "nothing is pending");
    if (pending_malformed_ || lint_failed_)
      return not_done("trial", CheckOutcome::failed, "not run: a pending file has an error");
    const bool with_rows = static_cast<bool>(request_.make_copy_with_rows);
    std::unique_ptr<SqlDatabase> copy;
    if (with_rows) {
      copy = request_.make_copy_with_rows();
    } else {
      copy = request_.make_scratch();
      create_schema(actual_, *copy);
    }
    try {
      const Trial done = try_on_copy(*copy, pending_, request_.folder.table, request_.clock, request_.pulse);
      std::string detail = fmt::format(
          "{} in {} ran on a copy {}", counted(done.statements, "statement"), counted(done.files, "file"),
          with_rows ? "with all rows" : "of the schema; what depends on rows was not tried");
      for (const std::string& file : done.unchecked)
        detail += fmt::format("; references after {} could not be checked", shown(file));
      step("trial", CheckOutcome::passed, std::move(detail));
    } catch (const SqlError& error) {
      report_.findings.push_back({.is_error = true,
                                  .rule = "trial",
                                  .file = error.details().script,
                                  .place = error.details().place,
                                  .message = error.details().text,
                                  .advice = error.details().hint});
      step("trial", CheckOutcome::failed, fmt::format("{} failed", shown(error.details().script)));
    } catch (const Error& error) {
      if (!is_finding(error)) throw;
      found(true, "trial", "", error.message(), error.hint());
      step("trial", CheckOutcome::failed, "failed");
    }
  }

  const CheckRequest& request_;
  Schema actual_;
  MigrationStatus status_;
  std::vector<MigrationFile> pending_;
  bool applied_malformed_ = false;
  bool pending_malformed_ = false;
  bool lint_failed_ = false;
  CheckReport report_;
};

}  // namespace

CheckReport check(const CheckRequest& request) {
  const std::vector<MigrationFile> files = find_migrations(request.folder);
  MigrationStatus status =
      make_status(files, History(request.database, request.folder.table).applied(), request.records);
  return Checker(request, read_schema(request.database, request.folder.table), std::move(status)).run();
}

}  // namespace corral::migrations
