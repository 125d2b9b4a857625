#pragma once

#include <exception>

namespace corral {

/// Thrown by a command that ran another program, whose exit status becomes its own: everything has been
/// printed. Not an error.
class ExitStatus final : public std::exception {
 public:
  explicit ExitStatus(int value) : value_(value) {}
  [[nodiscard]] int value() const noexcept { return value_; }
  [[nodiscard]] const char* what() const noexcept override { return "the program that was run has failed"; }

 private:
  int value_;
};

}  // namespace corral
