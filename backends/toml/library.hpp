#pragma once

/// toml++, for every source that reads TOML: included with other settings somewhere else, its inline
/// functions would have two definitions, of which the linker keeps either.

namespace corral {

/// toml++ 3.3 met text that it takes to be impossible.
struct BrokenTomlAssumption {};

[[noreturn]] inline void throw_broken_toml_assumption() {
  throw BrokenTomlAssumption();
}

}  // namespace corral

// toml++ 3.3 asserts what a file can break (a header of `[ = 1`), and without assertions takes it for a
// promise to the compiler. Its assertions stay on, in release too, and throw.
#undef NDEBUG
#define TOML_ASSERT(expr) ((expr) ? void() : corral::throw_broken_toml_assumption())
#include <toml++/toml.h>
