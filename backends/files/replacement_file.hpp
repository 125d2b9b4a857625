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

/// Atomically replaces a file: a crash or error leaves either the old or the new contents. Destroying it
/// without commit discards the new contents.
///
/// The contents are written to an unnamed file (O_TMPFILE), which leaves nothing behind if killed. Only two
/// cases need a temporary name, recognised by `is_unfinished_name`: replacing a file, between linkat and
/// rename; and file systems without O_TMPFILE (on macOS, all).
///
/// Keeps the permissions and, where the system allows it, the owner of an existing file; a new file gets the
/// permissions that open(2) would give it (0666 minus the umask). Replaces the directory entry itself: a
/// symbolic link is replaced, not its target (see `end_of_links`).
class ReplacementFile final : public ByteSink {
 public:
  /// `path` must name a writable regular file, a link, or nothing. Throws not_found (its folder is missing),
  /// denied, invalid_input (a folder, device, FIFO or socket) and io.
  explicit ReplacementFile(const std::filesystem::path& path);
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;
  ~ReplacementFile() override;

  /// Throws io.
  void write(std::string_view bytes) override;

  /// Name and contents are durable when this returns. Throws like the constructor, and UnknownOutcome if the
  /// new contents are in place but a power loss may bring back the old.
  void commit();

  /// Like commit, but returns false and changes nothing if the name is already taken.
  [[nodiscard]] bool commit_if_absent();

  /// Gives the file its name without flushing. A power loss may then leave a name without contents, unless
  /// the caller has flushed them (`flush`, `flush_file_system`).
  void commit_unflushed();

  /// Flushes the contents, not the name. Throws io.
  void flush();

  /// Flushes the whole file system that the file is on. Throws io.
  void flush_file_system() const;

  /// The file system that the file is on.
  [[nodiscard]] dev_t device() const;

 private:
  void open(mode_t mode);
  bool link_to(const std::filesystem::path& name) const;
  void take_name();
  void flush_name() const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;  ///< its temporary name; empty: none
  bool replaces_ = false;            ///< replaces an existing file
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<BackgroundFlush> flush_;  ///< after file_, which it uses
};

/// Whether a name is one that an interrupted ReplacementFile can leave behind: ".corral-unfinished-" and 16
/// hex digits.
bool is_unfinished_name(std::string_view name) noexcept;

/// The Error for a user's file or folder that cannot be written, created or removed, by errno: not_found if
/// its folder is missing; denied; invalid_input if the path cannot be that of a file; otherwise io.
Error cannot_write(const std::filesystem::path& file, int error_number, std::string_view action = "write");

/// Atomically replaces the contents of a file (ReplacementFile).
void replace_file(const std::filesystem::path& path, std::string_view contents);

}  // namespace corral
