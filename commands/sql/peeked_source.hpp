#pragma once

#include <string>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// A stream whose start can be inspected before it is read.
class PeekedSource final : public ByteSource {
 public:
  /// Reads up to `most` bytes of `source` immediately.
  PeekedSource(ByteSource& source, std::size_t most);

  [[nodiscard]] std::string_view beginning() const noexcept { return beginning_; }
  /// Whether the start is the whole stream.
  [[nodiscard]] bool is_all() const noexcept { return is_all_; }

  std::size_t read(std::span<char> buffer) override;

 private:
  ByteSource& source_;
  std::string beginning_;
  bool is_all_ = false;
  std::size_t at_ = 0;
};

}  // namespace corral
