// Reads serialized values from stdin, one a line in hexadecimal. Writes for each a line: the value as
// extended JSON, a tab, and the bytes in hexadecimal that this JSON becomes again; or "error", a tab and the
// reason.
#include <charconv>
#include <iostream>
#include <string>

#include "backends/bytes/hashing.hpp"
#include "backends/error.hpp"
#include "backends/v8/reader.hpp"
#include "backends/v8/writer.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"

namespace {

std::string bytes_of(const std::string& digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + at, digits.data() + at + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    try {
      const std::string json = corral::durable_objects::extended_json(corral::v8::read(bytes_of(line)), 0);
      const std::string again =
          corral::v8::write(corral::durable_objects::parse_extended_json(json, "the value"));
      std::cout << json << '\t' << corral::hex(again) << '\n';
    } catch (const corral::Error& error) {
      std::cout << "error\t" << error.what() << '\n';
    }
  }
  return 0;
}
