#pragma once

#include "commands/command/output.hpp"
#include "migrations/status.hpp"

namespace corral::d1 {

/// Prints every migration with its state: as a table for a person, otherwise as JSON, an array of {"number",
/// "name", "state", "applied_at", "sha256", "same_number"}.
void print_status(const migrations::MigrationStatus& status, Output& out);

/// Whether something is pending or wrong, for which --exit-code exits with status 3.
bool needs_attention(const migrations::MigrationStatus& status);

}  // namespace corral::d1
