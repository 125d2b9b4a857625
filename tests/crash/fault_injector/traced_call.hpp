#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <sys/types.h>

#include "tests/crash/fault_injector/calls.hpp"

namespace corral::testing {

/// A system call that a traced thread is stopped at, before the kernel runs it.
class TracedCall {
 public:
  /// The thread must be in a seccomp stop. Throws std::system_error.
  explicit TracedCall(pid_t thread);

  /// nullptr: the call changes nothing.
  [[nodiscard]] const MutatingCall* mutating() const { return call_; }

  /// The file that it changes, as an absolute path where it has one; "pipe:[…]" and the like otherwise.
  [[nodiscard]] std::string target() const;

  /// The descriptor that it changes; -1 for a call that takes a path.
  [[nodiscard]] int descriptor() const;

  /// How much it writes: bytes, or vectors of bytes; 0 for other calls.
  [[nodiscard]] std::uint64_t count() const;

  /// Lets the kernel skip the call, which fails with `error`.
  void fail(int error);

  /// Lets it write `count` instead.
  void shorten(std::uint64_t count);

  /// Replaces the result of a call that has run (the thread is in its exit stop) by a failure.
  static void fail_afterwards(pid_t thread, int error);

 private:
  [[nodiscard]] std::uint64_t argument(int index) const {
    return arguments_.at(static_cast<std::size_t>(index));
  }
  [[nodiscard]] std::string link(const std::string& name) const;
  [[nodiscard]] std::string text_at(std::uint64_t address) const;

  pid_t thread_;
  long number_ = -1;
  std::array<std::uint64_t, 6> arguments_{};
  const MutatingCall* call_ = nullptr;
};

}  // namespace corral::testing
