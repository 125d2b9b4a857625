#pragma once

#include <string>

#include "backends/v8/document.hpp"

namespace corral::v8 {

/// Serializes values exactly as workerd (version 15) does: reading bytes that workerd wrote and writing them
/// again gives the same bytes.
std::string write(const Document& document);

}  // namespace corral::v8
