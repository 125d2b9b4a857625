#pragma once

#include <functional>

#include <doctest/doctest.h>

#include "backends/error.hpp"

namespace corral::testing {

/// Runs what must throw an Error, with a message, and returns its kind.
inline ErrorKind kind_of_failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    CHECK_FALSE(error.message().empty());
    return error.kind();
  }
  FAIL("no error");
  return ErrorKind::usage;
}

}  // namespace corral::testing
