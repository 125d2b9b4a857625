#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/hashing.hpp"

namespace corral::cloudflare {

/// The next bytes of another source, up to a limit.
class NextBytes final : public ByteSource {
 public:
  NextBytes(ByteSource& source, std::uint64_t most) : source_(source), left_(most) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  ByteSource& source_;
  std::uint64_t left_;
};

/// The concatenation of two sources.
class JoinedSource final : public ByteSource {
 public:
  JoinedSource(ByteSource& first, ByteSource& second) : first_(first), second_(second) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  ByteSource& first_;
  ByteSource& second_;
};

/// Splits a body into parts that can each be read more than once, by any thread.
class PartSource {
 public:
  /// `body` must outlive it and the parts. `name` is for messages.
  PartSource(ByteSource& body, std::uint64_t part_size, std::string name);

  /// The next part; nullptr after the last. If the body can only be read in order, the part is copied to a
  /// temporary file, which is removed with it.
  std::unique_ptr<ByteSource> next();

  /// The part with this number, counted from 1, out of order; nullptr if it does not exist or the body can
  /// only be read in order.
  std::unique_ptr<ByteSource> part(std::uint64_t number);

  /// The length of the body in bytes; nullopt if it can only be read in order.
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }
  /// The number of parts; nullopt if it is not known.
  [[nodiscard]] std::optional<std::uint64_t> count() const;
  /// Whether the body's length has changed since the start.
  [[nodiscard]] bool has_changed() const { return size_ && body_.remaining() != size_; }

 private:
  ByteSource& body_;
  std::uint64_t part_size_;
  std::string name_;
  std::optional<std::uint64_t> size_;
  std::uint64_t given_ = 0;
};

/// Passes a body on and hashes it.
class HashedSource final : public ByteSource {
 public:
  explicit HashedSource(ByteSource& source) : source_(source) {}
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }
  bool rewind() override;

  /// The MD5 of what has been read since the start, in hex. Nothing can be read afterwards.
  std::string md5() { return hex(hasher_.digest()); }

 private:
  ByteSource& source_;
  Hasher hasher_{HashKind::md5};
};

/// The MD5 of a whole body, in hex; rewinds it.
std::string md5_of(ByteSource& body);

}  // namespace corral::cloudflare
