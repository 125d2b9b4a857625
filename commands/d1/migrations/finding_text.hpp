#pragma once

#include <string>

#include "commands/text/json.hpp"
#include "migrations/lint.hpp"

namespace corral::d1 {

/// {"file", "line", "column", "statement", "severity", "rule", "message", "advice"}.
Json json_of(const migrations::LintFinding& finding);

/// "0002_b.sql:3:1", or the file's name alone for a finding about the whole file; empty without a file.
std::string place_of(const migrations::LintFinding& finding);

/// "0002_b.sql:3:1: warning: message [rule]", and the advice in a second, indented line.
std::string text_of(const migrations::LintFinding& finding);

}  // namespace corral::d1
