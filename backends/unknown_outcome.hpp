#pragma once

#include <string>
#include <string_view>

#include "backends/error.hpp"

namespace corral {

/// A write failed while it was on its way to the disk, at a point from which it can still turn out to be
/// stored: the operating system reported an error for data that the next process may well find there. Any
/// other Error of a transaction means that nothing of it is stored.
///
/// Until a later write has settled it, both outcomes must stay possible: whoever catches this removes neither
/// what the new state needs nor what the old one needs, and never says "nothing was stored".
class UnknownOutcome final : public Error {
 public:
  /// "<what> may or may not have been stored: <reason>". `what`: what was to be written, and where.
  UnknownOutcome(std::string_view what, std::string_view reason);

  /// The same failure with another message, which must not claim an outcome.
  UnknownOutcome(const UnknownOutcome& failure, std::string message);

  /// What the system has to say of it.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  std::string reason_;
};

}  // namespace corral
