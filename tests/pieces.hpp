#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral::testing {

/// Bytes that are read in pieces of at most this size, as they arrive from a network, so that
/// everything in them is cut somewhere.
class Pieces final : public ByteSource {
 public:
  Pieces(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), piece_, bytes_.size()});
    bytes_.copy(buffer.data(), count);
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

}  // namespace corral::testing
