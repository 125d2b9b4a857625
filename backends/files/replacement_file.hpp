#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <sys/types.h>

#include "backends/error.hpp"
#include "backends/files/background_flush.hpp"
#include "backends/files/durable_file.hpp"

namespace corral {

/// New contents for a file, so that a crash or an error leaves the old contents or the new. Destroyed without
/// commit it leaves no trace.
///
/// The contents are written to a file without a name (O_TMPFILE), of which a kill leaves nothing. Only two
/// cases need a temporary name, which `is_unfinished_name` recognises: replacing a file, between the two
/// system calls that name the new one and rename it; and a file system without O_TMPFILE.
///
/// Keeps the permissions and, where the system allows it, the owner of an existing file; a new file gets the
/// permissions that open(2) would give it (0666 less the umask). What is replaced is the name itself: of a
/// symbolic link the link (`end_of_links` leads to the file it names).
class ReplacementFile final : public ByteSink {
 public:
  /// `path` must name a regular file that may be written, a link, or nothing. Throws not_found (its folder is
  /// missing), denied, invalid_input (a folder, device, FIFO or socket) and io.
  explicit ReplacementFile(const std::filesystem::path& path);
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;
  ~ReplacementFile() override;

  /// Throws io.
  void write(std::string_view bytes) override;

  /// The file has its name and its contents on disk when this returns. Throws as the constructor
  /// does, and UnknownOutcome if the new contents are there, but a power loss may bring back the old.
  void commit();

  /// Like commit, unless something has the name already: then false, and nothing has changed.
  [[nodiscard]] bool commit_if_absent();

  /// Gives the file its name without flushing anything. A loss of power may then leave a name without
  /// contents, unless the caller has flushed those (`flush`, `flush_file_system`).
  void commit_unflushed();

  /// Flushes the contents, not the name. Throws io.
  void flush();

  /// Flushes everything that was written to the file system that the file is on. Throws io.
  void flush_file_system() const;

  /// The file system that the file is on.
  [[nodiscard]] dev_t device() const;

 private:
  void open(mode_t mode);
  bool link_to(const std::filesystem::path& name) const;
  void take_name();
  void flush_name() const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;  ///< the name so far; empty: none
  bool replaces_ = false;            ///< something was there
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<BackgroundFlush> flush_;  ///< after file_, which it uses
};

/// Whether a name in a folder is one of those that an interrupted ReplacementFile can leave:
/// ".corral-unfinished-" and 16 hexadecimal digits.
bool is_unfinished_name(std::string_view name) noexcept;

/// The error for a file or folder of the user's that cannot be written, made or removed, for this value of
/// errno: not_found if its folder is missing; denied; invalid_input if the path, with what is there, cannot
/// be that of a file; else io.
Error cannot_write(const std::filesystem::path& file, int error_number, std::string_view action = "write");

/// Replaces the whole contents of a file at once, as ReplacementFile does.
void replace_file(const std::filesystem::path& path, std::string_view contents);

}  // namespace corral
