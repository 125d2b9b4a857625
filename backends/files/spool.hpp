#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/files/durable_file.hpp"

namespace corral {

/// An unnamed temporary file, which disappears with its last descriptor. Throws io.
FileDescriptor make_nameless_file();

/// Buffers output until it is known to be wanted: in memory while small, then in an unnamed temporary file.
class HeldBytes final : public ByteSink {
 public:
  static constexpr std::size_t usual_memory = std::size_t{4} << 20U;

  /// `memory`: how many bytes to keep in memory.
  explicit HeldBytes(std::size_t memory = usual_memory) : memory_(memory) {}

  void write(std::string_view bytes) override;

  /// Writes everything to `sink` and empties the buffer. Throws what `sink` throws, and io.
  void release(ByteSink& sink);

  /// Everything as a stream of known length, which empties the buffer. Throws io.
  std::unique_ptr<ByteSource> take();

  /// Bytes written and not yet released or taken.
  [[nodiscard]] std::uint64_t size() const noexcept { return in_file_ + recent_.size(); }

 private:
  void spill();
  FileDescriptor rewound_file();
  std::size_t memory_;
  std::string recent_;
  FileDescriptor file_;  ///< earlier bytes; none while everything fits in memory
  std::uint64_t in_file_ = 0;
};

/// A stream that can be read more than once. A regular file is read in place; anything else (a pipe) is first
/// copied to an unnamed temporary file, so memory use stays small. Not for concurrent readers.
class RereadableInput {
 public:
  /// Takes ownership of an open file; `name` is used in error messages. Throws io.
  RereadableInput(FileDescriptor file, std::string name);

  /// Copies all of `source`. Throws io.
  RereadableInput(ByteSource& source, std::string name);

  /// A new reader from the start, which invalidates the previous one.
  [[nodiscard]] std::unique_ptr<ByteSource> read_again() const;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// In bytes.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  void spool(ByteSource& source);

  FileDescriptor file_;
  std::string name_;
  std::uint64_t size_ = 0;
};

}  // namespace corral
