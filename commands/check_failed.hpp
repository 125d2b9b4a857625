#pragma once

#include <exception>

namespace corral {

/// Thrown by a command whose `--exit-code` asked for a check that found something: everything has been
/// printed, and the program ends with status 3. Not an error.
class CheckFailed final : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the check found something"; }
};

}  // namespace corral
