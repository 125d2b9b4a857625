#pragma once

#include <algorithm>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral::testing {

/// A stream that gives its bytes a few at a time, so that everything in it is cut somewhere.
class Dribble final : public ByteSource {
 public:
  Dribble(std::string_view bytes, std::size_t step) : rest_(bytes), step_(step) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min({step_, buffer.size(), rest_.size()});
    std::copy_n(rest_.data(), count, buffer.data());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::size_t step_;
};

}  // namespace corral::testing
