#pragma once

#include <functional>

#include <doctest/doctest.h>

#include "backends/error.hpp"

namespace corral::testing {

/// Runs what must throw an Error, with a message, and returns it.
inline Error failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    CHECK_FALSE(error.message().empty());
    return error;
  }
  FAIL("no error");
  return Error(ErrorKind::usage, "no error");
}

inline ErrorKind kind_of_failure(const std::function<void()>& action) {
  return failure_of(action).kind();
}

}  // namespace corral::testing
