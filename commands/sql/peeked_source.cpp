#include "commands/sql/peeked_source.hpp"

#include <algorithm>

namespace corral {

PeekedSource::PeekedSource(ByteSource& source, std::size_t most) : source_(source) {
  constexpr std::size_t first_read = 4096;
  std::size_t length = 0;
  while (length < most) {
    // Most scripts are short: the buffer grows with the input.
    beginning_.resize(std::min(most, std::max(first_read, 2 * length)));
    const std::size_t count = source.read({beginning_.data() + length, beginning_.size() - length});
    if (count == 0) break;
    length += count;
  }
  is_all_ = length < most;
  beginning_.resize(length);
}

std::size_t PeekedSource::read(std::span<char> buffer) {
  if (at_ == beginning_.size()) return is_all_ ? 0 : source_.read(buffer);
  const std::size_t count = std::min(buffer.size(), beginning_.size() - at_);
  std::copy_n(beginning_.data() + at_, count, buffer.data());
  at_ += count;
  return count;
}

}  // namespace corral
