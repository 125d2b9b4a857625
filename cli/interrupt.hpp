#pragma once

namespace corral {

/// From here on SIGINT and SIGTERM set a flag and make system calls that wait return (no SA_RESTART); a
/// second one ends the process at once with status 130. SIGPIPE is ignored: a write to a closed pipe
/// fails instead.
void catch_interrupts();

/// Whether SIGINT or SIGTERM has arrived.
bool interrupted() noexcept;

/// Takes an interrupt for answered: what comes next starts afresh.
void forget_interrupt() noexcept;

/// Throws Error (interrupted) if so.
void throw_if_interrupted();

}  // namespace corral
