#pragma once

#include <string>

#include "backends/v8/document.hpp"

namespace corral::v8 {

/// The bytes that workerd's serializer (version 15) writes for these values. What `read` gave of bytes that
/// it wrote becomes the same bytes.
std::string write(const Document& document);

}  // namespace corral::v8
