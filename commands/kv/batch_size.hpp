#pragma once

#include <cstdint>
#include <optional>

namespace corral {
class Arguments;
}

namespace corral::kv {

/// Adds --batch-size: how many entries go into one transaction or request.
void add_batch_size(Arguments& arguments, std::optional<std::int64_t>& size);

/// Throws usage unless it is one that the API takes, so that a command line is good for both.
void check_batch_size(const std::optional<std::int64_t>& size);

}  // namespace corral::kv
