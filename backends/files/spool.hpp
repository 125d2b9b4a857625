#pragma once

#include <cstdint>

#include "backends/bytes/byte_stream.hpp"
#include "backends/files/durable_file.hpp"

namespace corral {

/// A temporary file that has no name, so that it is gone with its last descriptor. Throws io.
FileDescriptor make_nameless_file();

/// Bytes that are held back until it is clear that they are wanted: in memory as long as they are few, then
/// in a nameless temporary file.
class HeldBytes final : public ByteSink {
 public:
  void write(std::string_view bytes) override;

  /// Writes everything to `sink`, and is empty afterwards. Throws what `sink` throws, and io.
  void release(ByteSink& sink);

 private:
  void spill();
  std::string recent_;
  FileDescriptor file_;  ///< what came before; none as long as all of it fits into memory
};

/// A stream that can be read more than once. A regular file is read where it is; anything else (a pipe) is
/// first copied to a nameless temporary file, so that memory stays small. Not for concurrent readers.
class RereadableInput {
 public:
  /// Takes an open file; `name` is used in error messages. Throws io.
  RereadableInput(FileDescriptor file, std::string name);

  /// Copies `source` to its end. Throws io.
  RereadableInput(ByteSource& source, std::string name);

  /// A fresh reading from the start. Ends the one before.
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
