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

/// A file of a snapshot, with what is needed to verify it.
struct KeptFile {
  std::string file;  ///< its path within the snapshot: "databases/3"
  std::uint64_t bytes = 0;
  std::string sha256;  ///< hex
  std::string stamp;   ///< from stat(); unchanged as long as the file has not been modified
};

/// Inode, size and modification time of a file; empty if it does not exist.
std::string stamp_of(const std::filesystem::path& file);

/// Writes a file of a snapshot and hashes it.
class KeptFileWriter {
 public:
  KeptFileWriter(const std::filesystem::path& snapshot, std::string file);
  void write(std::string_view bytes);
  /// Describes the file written; flushes it first if `flush`.
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

/// Hard-links a file of another snapshot into this one, or copies it.
KeptFile share(const std::filesystem::path& from_snapshot, const KeptFile& kept,
               const std::filesystem::path& to_snapshot, const std::string& file);

/// Whether two files have the same bytes. Throws not_found, io.
bool same_bytes(const std::filesystem::path& first, const std::filesystem::path& second);

/// Throws corrupt unless the file matches its description. A file whose stamp is unchanged is not read.
void check_kept(const std::filesystem::path& snapshot, const KeptFile& kept);

/// The same, but always reads the content.
void check_content(const std::filesystem::path& snapshot, const KeptFile& kept);

}  // namespace corral::snapshots
