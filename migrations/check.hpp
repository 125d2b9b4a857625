#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/clock.hpp"
#include "migrations/drift.hpp"
#include "migrations/lint.hpp"
#include "migrations/schema_change.hpp"
#include "migrations/status.hpp"

namespace corral::migrations {

/// The outcome of one check, the worst last.
enum class CheckOutcome { passed, attention, failed };

/// "ok", "attention" or "error".
std::string_view name_of(CheckOutcome outcome) noexcept;

/// One of the checks: "files" (every file can be read as SQL), "record" (nothing that is applied has changed,
/// is missing or was overtaken), "pending", "lint" (of pending files), "drift" (the schema is that of the
/// applied files), "trial" (pending files run on a copy).
struct CheckStep {
  std::string_view name;
  CheckOutcome outcome = CheckOutcome::passed;
  bool was_done = true;  ///< false: it was not possible; `detail` says why
  std::string detail;
};

struct CheckReport {
  std::vector<CheckStep> steps;
  std::vector<std::string> pending;
  std::vector<LintFinding> findings;  ///< of all checks; line 0: of the file as a whole
  std::optional<Drift> drift;         ///< nullopt: unknown
  [[nodiscard]] CheckOutcome outcome() const;
};

struct CheckRequest {
  SqlDatabase& database;  ///< only read
  const MigrationFolder& folder;
  const std::map<std::string, MigrationRecord>& records;
  bool keeps_records = true;  ///< false: `records` is always empty, so changed files go unnoticed
  bool allow_pending = false;
  bool allow_out_of_order = false;
  MakeScratch make_scratch;
  /// Makes the copy to try pending files on, with rows; empty: one of the schema is used.
  std::function<std::unique_ptr<SqlDatabase>()> make_copy_with_rows = {};
  const Clock& clock;
  std::function<void()> pulse = {};  ///< called periodically; what it throws ends the check
};

/// Checks a database's migrations without changing anything but throw-away copies. What is wrong with them is
/// a finding; throws not_found without a folder, and whatever reading the database throws.
CheckReport check(const CheckRequest& request);

}  // namespace corral::migrations
