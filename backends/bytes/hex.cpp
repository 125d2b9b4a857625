#include "backends/bytes/hex.hpp"

#include <charconv>

namespace corral {

std::string bytes_of_hex(std::string_view digits) {
  std::string bytes;
  for (; digits.size() >= 2; digits.remove_prefix(2)) {
    unsigned byte = 0;
    constexpr int hexadecimal = 16;
    std::from_chars(digits.data(), digits.data() + 2, byte, hexadecimal);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace corral
