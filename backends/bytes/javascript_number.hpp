#pragma once

#include <string>

namespace corral {

/// Formats a number as JavaScript's JSON.stringify does (ECMA-262, Number::toString): the shortest digits
/// that round-trip; an exponent from 1e21 up and below 1e-6; "null" for infinities and NaN.
std::string javascript_number(double number);

}  // namespace corral
