#include "commands/kv/batch_size.hpp"

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"

namespace corral::kv {

void add_batch_size(Arguments& arguments, std::optional<std::int64_t>& size) {
  value_name(
      add_integer(arguments, "--batch-size", size,
                  "Entries in one transaction, or in one request with --remote: 1 to 10000 (10000, with "
                  "--remote 1000)"),
      "COUNT");
}

void check_batch_size(const std::optional<std::int64_t>& size) {
  constexpr std::int64_t most = 10'000;
  if (!size || (*size >= 1 && *size <= most)) return;
  throw Error(ErrorKind::usage, fmt::format("--batch-size must be 1 to {}, but is {}", most, *size));
}

}  // namespace corral::kv
