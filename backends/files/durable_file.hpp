#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "backends/bytes/byte_stream.hpp"

namespace corral {

/// An owning file descriptor, closed on destruction.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// "a folder", "a FIFO", "a device", ..., for messages. `mode` is that of stat(2).
std::string_view kind_of_file(mode_t mode);

/// The two ends of a pipe, which no program started later inherits (backends/platform/pipe.hpp).
struct Pipe {
  FileDescriptor reading;
  FileDescriptor writing;
};

/// Throws io.
Pipe make_pipe();

/// Opens a file for reading. Throws not_found or io, naming the path.
FileDescriptor open_for_reading(const std::filesystem::path& path);

/// Reads an open regular file or pipe from its current offset.
class FileSource final : public ByteSource {
 public:
  /// `name` is used in error messages.
  FileSource(FileDescriptor file, std::string name);
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;
  bool rewind() override;
  std::unique_ptr<ByteSource> section(std::uint64_t offset, std::uint64_t length) override;

 private:
  FileDescriptor file_;
  std::string name_;
  std::int64_t start_ = -1;  ///< where reading began; -1: a pipe or the like
  std::int64_t position_ = -1;
};

/// Writes all bytes, retrying after short writes and signals. Throws io, naming `name`.
void write_fully(int fd, std::string_view bytes, std::string_view name);

/// Flushes a file or folder to the disk. Throws io, naming `name`.
void flush_to_disk(int fd, std::string_view name);

/// Flushes a folder's directory entries to disk. Throws io.
void flush_folder(const std::filesystem::path& folder);

/// Flushes everything that was written to the file system that holds the folder. Throws io.
void flush_file_system(const std::filesystem::path& folder);

/// Creates a folder and its missing parents, durably. Throws io.
void make_folders(const std::filesystem::path& folder);

}  // namespace corral
