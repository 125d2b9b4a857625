#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace corral {

/// A forward-only stream of bytes, readable once: a stored value, a file, standard input.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Reads up to `buffer.size()` bytes and returns how many were read; 0 means the end. Throws Error
  /// (io, or corrupt when stored bytes are missing).
  virtual std::size_t read(std::span<char> buffer) = 0;

  /// The number of bytes left, if known in advance.
  [[nodiscard]] virtual std::optional<std::uint64_t> remaining() const { return std::nullopt; }

  /// Starts again where reading began; false: it cannot, and nothing has changed.
  virtual bool rewind() { return false; }

  /// A reader of `length` bytes from `offset` on, counted from where reading began, which another thread may
  /// use and which does not move this one, but must not outlive it; nullptr: this can only be read in order.
  virtual std::unique_ptr<ByteSource> section(std::uint64_t /*offset*/, std::uint64_t /*length*/) {
    return nullptr;
  }
};

/// A forward-only destination for bytes.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void write(std::string_view bytes) = 0;
};

/// Reads from memory that the caller keeps alive.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes), rest_(bytes) {}
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return rest_.size(); }
  bool rewind() override {
    rest_ = bytes_;
    return true;
  }

 private:
  std::string_view bytes_;
  std::string_view rest_;
};

/// Reads from a string that it owns.
class OwnedSource final : public ByteSource {
 public:
  explicit OwnedSource(std::string bytes) : bytes_(std::move(bytes)), rest_(bytes_) {}
  OwnedSource(const OwnedSource&) = delete;
  OwnedSource& operator=(const OwnedSource&) = delete;
  std::size_t read(std::span<char> buffer) override { return rest_.read(buffer); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return rest_.remaining(); }
  bool rewind() override { return rest_.rewind(); }

 private:
  std::string bytes_;
  MemorySource rest_;
};

/// Reads `source` to its end into memory. Throws Error (limit), naming `what` ("the value", "the config"), as
/// soon as it exceeds `limit` bytes; never holds more than `limit` plus one buffer.
std::string read_all(ByteSource& source, std::uint64_t limit, std::string_view what);

}  // namespace corral
