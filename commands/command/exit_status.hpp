#pragma once

#include <exception>

namespace corral {

/// Thrown by a command that ran another program, to exit with that program's status; all output has been
/// printed. Not an error.
class ExitStatus final : public std::exception {
 public:
  explicit ExitStatus(int value) : value_(value) {}
  [[nodiscard]] int value() const noexcept { return value_; }
  [[nodiscard]] const char* what() const noexcept override { return "the program that was run has failed"; }

 private:
  int value_;
};

/// Thrown by a command run with `--exit-code` whose check found something; all output has been printed, and
/// the program exits with status 3. Not an error.
class CheckFailed final : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the check found something"; }
};

}  // namespace corral
