#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/hashing.hpp"
#include "backends/files/background_flush.hpp"
#include "backends/files/durable_file.hpp"

namespace corral::snapshots {

/// A file of a snapshot: what it must be.
struct KeptFile {
  std::string file;  ///< its path within the snapshot: "databases/3"
  std::uint64_t bytes = 0;
  std::string sha256;  ///< hex
  std::string stamp;   ///< what the file system says of it as long as nobody touches it
};

/// The inode, size and time of change of a file's content; empty if it is not there.
std::string stamp_of(const std::filesystem::path& file);

/// Writes a file of a snapshot and learns what it is.
class KeptFileWriter {
 public:
  KeptFileWriter(const std::filesystem::path& snapshot, std::string file);
  void write(std::string_view bytes);
  /// What was written; on the disk if `flush`.
  KeptFile finish(bool flush);

 private:
  void write_out();

  std::filesystem::path path_;
  KeptFile kept_;
  FileDescriptor file_;
  BackgroundFlush flush_;  ///< after file_, which it uses
  Hasher hash_;
  std::string buffer_;
};

/// Gives a file of another snapshot a second name in this one, or copies it.
KeptFile share(const std::filesystem::path& from_snapshot, const KeptFile& kept,
               const std::filesystem::path& to_snapshot, const std::string& file);

/// Whether two files have the same bytes. Throws not_found, io.
bool same_bytes(const std::filesystem::path& first, const std::filesystem::path& second);

/// Throws corrupt unless the file is what it must be. What nobody has touched since it was written is not
/// read.
void check_kept(const std::filesystem::path& snapshot, const KeptFile& kept);

/// The same, reading it all in any case.
void check_content(const std::filesystem::path& snapshot, const KeptFile& kept);

}  // namespace corral::snapshots
