#pragma once

#include <string>
#include <sys/types.h>

#include "tests/crash/fault_injector/job.hpp"

namespace corral::testing {

/// A process that runs a job's command. Its output is kept in memory.
class CommandProcess {
 public:
  /// Starts it; one that is to be traced stops itself before anything else. Throws std::system_error.
  explicit CommandProcess(const Job& job);
  CommandProcess(const CommandProcess&) = delete;
  CommandProcess& operator=(const CommandProcess&) = delete;
  ~CommandProcess();

  [[nodiscard]] pid_t id() const { return id_; }

  /// What it has written to standard output and standard error so far.
  [[nodiscard]] std::string out() const { return contents_of(out_); }
  [[nodiscard]] std::string words() const { return contents_of(error_); }

 private:
  [[noreturn]] void become(const Job& job) const;
  [[nodiscard]] static std::string contents_of(int file);

  int input_;
  int out_;
  int error_;
  pid_t id_ = -1;
};

}  // namespace corral::testing
