#include "commands/kv/pair_reader.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/kv/pair_builder.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::kv {

namespace {

/// The longest text of an item: a value of 25 MiB with each byte as \u00XX, plus its other fields.
constexpr std::uint64_t max_item_bytes = 6 * kv_max_value_bytes + (1U << 20U);

constexpr const char* expected =
    "a JSON array of {\"key\", \"value\"} objects is expected, or one object a line";

}  // namespace

void read_pairs(ByteSource& source, std::string_view file, UnixMillis now, bool skip_expired,
                PairVisitor& visitor) {
  // Nesting costs nothing here: nested values are not kept.
  JsonReader reader(source, shown(file), {.levels = SIZE_MAX, .value_bytes = max_item_bytes});
  PairBuilder builder(now, skip_expired, visitor);
  while (reader.next_item()) {
    reader.read(builder);
    if (!reader.is_array() && reader.items() == 1 && builder.was_no_pair())
      throw Error(ErrorKind::invalid_input, fmt::format("{} is not a list of pairs", shown(file)), expected);
    visitor.read_up_to(reader.bytes_read());
  }
  if (reader.items() == 0 && !reader.is_array())
    throw Error(ErrorKind::invalid_input, fmt::format("{} is empty", shown(file)), expected);
}

}  // namespace corral::kv
