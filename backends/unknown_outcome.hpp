#pragma once

#include <string>
#include <string_view>

#include "backends/error.hpp"

namespace corral {

/// A write failed at a point where it may nevertheless have reached the disk: the operating system reported
/// an error for data that the next process may still find. Or an account was sent it and did not answer. Any
/// other Error from a transaction means that nothing was stored.
///
/// Until a later write settles it, both outcomes must remain possible: code that catches this must remove
/// nothing that either the old or the new state needs, and must not report that nothing was stored.
class UnknownOutcome final : public Error {
 public:
  /// "<what> may or may not have been stored: <reason>". `what`: what was being written, and where.
  UnknownOutcome(std::string_view what, std::string_view reason);

  /// The same failure with another message, which must not claim an outcome.
  UnknownOutcome(const UnknownOutcome& failure, std::string message);

  /// The same for a request to which no answer came. The message must not claim an outcome.
  UnknownOutcome(std::string message, std::string hint, std::string_view reason);

  /// The system's error text, or what became of the connection.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  std::string reason_;
};

}  // namespace corral
