#include "backends/unknown_outcome.hpp"

#include <utility>

#include <fmt/format.h>

namespace corral {

UnknownOutcome::UnknownOutcome(std::string_view what, std::string_view reason)
    : Error(ErrorKind::io, fmt::format("{} may or may not have been stored: {}", what, reason),
            "look at what is stored, and run the command again if need be; 'corral state gc' removes "
            "leftovers"),
      reason_(reason) {}

UnknownOutcome::UnknownOutcome(std::string message, std::string hint, std::string_view reason)
    : Error(ErrorKind::io, std::move(message), std::move(hint)), reason_(reason) {}

UnknownOutcome::UnknownOutcome(const UnknownOutcome& failure, std::string message)
    : Error(failure.kind(), std::move(message), failure.hint()), reason_(failure.reason()) {}

}  // namespace corral
