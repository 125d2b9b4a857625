#pragma once

#include <cstdint>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// A source whose bytes are those of open files, for a reader that can pass them on without reading them
/// (sendfile).
class FileBackedSource : public ByteSource {
 public:
  /// Bytes of a file that the source keeps open until the next call.
  struct Range {
    int file = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  ///< 0: the source is at its end
  };

  /// The bytes that come next, as far as they are in one file. Counts them as read. Throws like read.
  virtual Range take_range() = 0;
};

}  // namespace corral
