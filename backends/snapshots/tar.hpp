#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"

namespace corral::snapshots {

/// Writes a tar archive of regular files (POSIX ustar), which every tar can read.
class TarSink {
 public:
  explicit TarSink(ByteSink& sink) : sink_(sink) {}

  /// Begins a file; exactly `bytes` bytes must then be written. Throws limit for names over 100 bytes and
  /// files of 8 GiB or more.
  void begin(std::string_view name, std::uint64_t bytes, std::int64_t modified);
  void write(std::string_view bytes);
  void end_file();
  /// Ends the archive.
  void finish();

 private:
  ByteSink& sink_;
  std::uint64_t written_ = 0;
};

/// Reads such archives only: throws corrupt for links, folders, devices and extensions as well as for damage.
class TarSource {
 public:
  explicit TarSource(ByteSource& source) : source_(source) {}

  struct File {
    std::string name;
    std::uint64_t bytes = 0;
  };

  /// The next file; nullopt at the end marker, which is required. Skips the unread rest of the previous file.
  std::optional<File> next();

  /// Reads from the current file; 0 at its end.
  std::size_t read(std::span<char> buffer);

 private:
  void read_block(std::span<char> block);
  ByteSource& source_;
  std::uint64_t rest_ = 0;
  std::uint64_t padding_ = 0;
};

}  // namespace corral::snapshots
