#pragma once

#include "tests/crash/fault_injector/job.hpp"

namespace corral::testing {

/// Runs a job's command and makes its fault happen at its `at`th call that changes something. What counts is
/// what the command itself does to files and to its standard output; processes that it starts are left alone,
/// and so is what goes to standard error, pipes and sockets. Waits for all of them to end. Throws
/// std::system_error.
Run run_job(const Job& job);

}  // namespace corral::testing
