#pragma once

#include <cstdint>

#include "backends/byte_stream.hpp"
#include "backends/files/durable_file.hpp"

namespace corral {

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
