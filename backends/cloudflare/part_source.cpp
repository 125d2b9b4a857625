#include "backends/cloudflare/part_source.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backends/error.hpp"
#include "backends/files/spool.hpp"

namespace corral::cloudflare {

std::size_t NextBytes::read(std::span<char> buffer) {
  buffer = buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_)));
  const std::size_t count = buffer.empty() ? 0 : source_.read(buffer);
  left_ -= count;
  return count;
}

std::size_t JoinedSource::read(std::span<char> buffer) {
  const std::size_t count = first_.read(buffer);
  return count > 0 ? count : second_.read(buffer);
}

PartSource::PartSource(ByteSource& body, std::uint64_t part_size, std::string name)
    : body_(body), part_size_(part_size), name_(std::move(name)) {
  if (body.section(0, 0) != nullptr) size_ = body.remaining();
}

std::optional<std::uint64_t> PartSource::count() const {
  if (!size_) return std::nullopt;
  return (*size_ + part_size_ - 1) / part_size_;
}

std::unique_ptr<ByteSource> PartSource::part(std::uint64_t number) {
  if (!size_ || number == 0 || number > *count()) return nullptr;
  const std::uint64_t offset = (number - 1) * part_size_;
  return body_.section(offset, std::min(part_size_, *size_ - offset));
}

std::unique_ptr<ByteSource> PartSource::next() {
  if (size_) return part(++given_);
  NextBytes bytes(body_, part_size_);
  const RereadableInput copy(bytes, name_);
  if (copy.size() == 0) return nullptr;
  return copy.read_again();
}

std::size_t HashedSource::read(std::span<char> buffer) {
  const std::size_t count = source_.read(buffer);
  hasher_.update({buffer.data(), count});
  return count;
}

bool HashedSource::rewind() {
  if (!source_.rewind()) return false;
  hasher_ = Hasher(HashKind::md5);
  return true;
}

std::string md5_of(ByteSource& body) {
  HashedSource hashed(body);
  if (!hashed.rewind()) throw Error(ErrorKind::io, "the body cannot be read from its start");
  std::array<char, 65'536> buffer;
  while (hashed.read(buffer) > 0) {
  }
  std::string md5 = hashed.md5();
  body.rewind();
  return md5;
}

}  // namespace corral::cloudflare
