#include "backends/bytes/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral {

std::size_t MemorySource::read(std::span<char> buffer) {
  const std::size_t count = std::min(buffer.size(), rest_.size());
  if (count > 0) std::memcpy(buffer.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

std::string read_all(ByteSource& source, std::uint64_t limit, std::string_view what) {
  std::string bytes;
  if (const auto size = source.remaining(); size && *size <= limit) bytes.reserve(*size);
  std::array<char, 65'536> buffer;
  while (const std::size_t count = source.read(buffer)) {
    if (bytes.size() + count > limit) {
      throw Error(ErrorKind::limit, fmt::format("{} is larger than {} bytes", what, limit));
    }
    bytes.append(buffer.data(), count);
  }
  return bytes;
}

}  // namespace corral
