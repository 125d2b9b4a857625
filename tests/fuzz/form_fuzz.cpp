// Bodies of type multipart/form-data: whatever arrives, in whatever pieces, is parts or no form.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backends/error.hpp"
#include "serve/rest/form_reader.hpp"
#include "tests/pieces.hpp"

namespace {

using corral::serve::rest::FormReader;

/// The names and contents of the parts; a part that is `skipped` is not read.
std::string result(std::string_view body, std::size_t piece, bool skipped) {
  corral::testing::Pieces pieces(body, piece);
  FormReader form(pieces, "b");
  std::string parts;
  std::array<char, 64> buffer{};
  try {
    while (form.next()) {
      parts += "name " + form.name() + "\n";
      std::size_t length = 0;
      while (const std::size_t count = skipped ? 0 : form.content().read(buffer)) {
        parts.append(buffer.data(), count);
        length += count;
      }
      if (length > body.size()) std::abort();
    }
  } catch (const corral::Error& error) {
    if (error.kind() != corral::ErrorKind::invalid_input) std::abort();
    return "none";
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = data[0] % 16U + 1U;
  const std::string whole = result(body, size, false);
  if (result(body, piece, false) != whole) std::abort();
  const bool is_form = whole != "none";
  if ((result(body, piece, true) != "none") != is_form) std::abort();
  static_cast<void>(FormReader::boundary_of(body));
  return 0;
}
