#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corral::durable_objects {

/// JSON as a flat list in reading order: each value followed by its contents, at 24 bytes a value.
struct JsonTape {
  enum class Kind : std::uint8_t { null, boolean, integer, minus_zero, real, text, array, object };

  struct Value {
    Kind kind = Kind::null;
    std::uint32_t size = 1;    ///< for containers: the number of values in it, names and itself included
    std::uint64_t bits = 0;    ///< the integer, the double, the boolean; for a string, its offset in `texts`
    std::uint32_t length = 0;  ///< for a string: its bytes; for containers: the number of elements or members
  };

  std::vector<Value> values;  ///< an object's member is a string followed by a value
  std::string texts;          ///< UTF-8

  [[nodiscard]] std::string_view text_of(const Value& value) const {
    return std::string_view(texts).substr(static_cast<std::size_t>(value.bits), value.length);
  }
};

/// Throws invalid_input "`what` is not valid JSON: ..." with the place; limit beyond `max_depth` levels or
/// 512 MiB.
JsonTape read_json(std::string_view text, std::string_view what, std::size_t max_depth);

}  // namespace corral::durable_objects
