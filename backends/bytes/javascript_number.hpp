#pragma once

#include <string>

namespace corral {

/// A number as JavaScript's JSON.stringify writes it (ECMA-262, Number::toString): the shortest digits that
/// read back as the same double, 1e21 and up and below 1e-6 with an exponent, "null" for infinities and NaN.
std::string javascript_number(double number);

}  // namespace corral
