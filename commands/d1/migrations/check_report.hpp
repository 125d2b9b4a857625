#pragma once

#include <string>

#include "commands/text/json.hpp"
#include "migrations/check.hpp"

namespace corral::d1 {

/// Of which database a report is: its name, and its account for one of an account.
struct CheckedDatabase {
  std::string name;
  std::string owner;  ///< D1Databases::owner
};

/// {"database", "result", "exit_status", "steps": [{"check", "outcome", "done", "detail"}], "pending":
/// [names], "findings": [as d1 migrations lint has them], "drift": {"statements", "rebuilt", "proved",
/// "missing"} or null}.
Json json_of(const migrations::CheckReport& report, const CheckedDatabase& database);

/// A line a check, then the findings, then the SQL that would mend the drift.
std::string text_of(const migrations::CheckReport& report, const CheckedDatabase& database);

/// The same for the comment of a pull request.
std::string markdown_of(const migrations::CheckReport& report, const CheckedDatabase& database);

/// The exit status that a report stands for: 0, 1 for an error, 3 for something to look at.
int exit_status_of(const migrations::CheckReport& report);

}  // namespace corral::d1
