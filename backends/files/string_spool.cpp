#include "backends/files/string_spool.hpp"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "backends/bytes/byte_order.hpp"

namespace corral {

void StringSpool::add(std::string_view text) {
  std::string bytes;
  append_little_endian(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
  bytes_.write(bytes);
  ++count_;
}

void StringSpool::drain(std::size_t at_once, const std::function<void(std::span<const std::string>)>& take) {
  constexpr std::size_t length_bytes = sizeof(std::uint32_t);
  std::uint64_t left = std::exchange(count_, 0);
  const std::unique_ptr<ByteSource> source = bytes_.take();
  std::array<char, 65'536> buffer;
  std::string unread;
  std::vector<std::string> strings;
  while (left > 0) {
    const std::size_t count = source->read(buffer);
    unread.append(buffer.data(), count);
    std::size_t at = 0;
    while (unread.size() - at >= length_bytes) {
      const auto length = read_little_endian<std::uint32_t>(unread.data() + at);
      if (unread.size() - at - length_bytes < length) break;
      strings.emplace_back(unread, at + length_bytes, length);
      at += length_bytes + length;
      if (--left != 0 && strings.size() < at_once) continue;
      take(strings);
      strings.clear();
    }
    unread.erase(0, at);
    if (count == 0) break;
  }
}

}  // namespace corral
