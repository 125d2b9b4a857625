#pragma once

namespace corral {

/// From now on, SIGINT and SIGTERM set a flag and interrupt blocking system calls (no SA_RESTART); a second
/// one ends the process immediately with status 130. SIGPIPE is ignored: a write to a closed pipe fails
/// instead.
void catch_interrupts();

/// Whether SIGINT or SIGTERM has been received.
bool interrupted() noexcept;

/// Clears the flag once an interrupt has been handled.
void forget_interrupt() noexcept;

/// Throws Error (interrupted) if the flag is set.
void throw_if_interrupted();

}  // namespace corral
