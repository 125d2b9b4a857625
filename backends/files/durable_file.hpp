#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "backends/byte_stream.hpp"

namespace corral {

class BackgroundFlush;

/// An open file descriptor that closes itself.
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

/// Opens a file for reading. Throws not_found or io, naming the path.
FileDescriptor open_for_reading(const std::filesystem::path& path);

/// Reads an open regular file or pipe from where it stands.
class FileSource final : public ByteSource {
 public:
  /// `name` is used in error messages.
  FileSource(FileDescriptor file, std::string name);
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;

 private:
  FileDescriptor file_;
  std::string name_;
};

/// Writes all bytes, through short writes and signals. Throws io, naming `name`.
void write_fully(int fd, std::string_view bytes, std::string_view name);

/// Flushes a file or folder to the disk. Throws io, naming `name`.
void flush_to_disk(int fd, std::string_view name);

/// Makes the names in a folder durable. Throws io.
void flush_folder(const std::filesystem::path& folder);

/// New contents for a file, so that a crash or an error leaves the old contents or the new: writes a
/// temporary file beside it, flushes it, renames it and flushes the folder. Keeps the permissions of an
/// existing file; follows a symbolic link to the file it names. Destroyed without commit it leaves no trace.
/// Throws io.
class ReplacementFile final : public ByteSink {
 public:
  explicit ReplacementFile(const std::filesystem::path& path);
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;
  ~ReplacementFile() override;

  void write(std::string_view bytes) override;
  /// Throws UnknownOutcome if the new contents are there, but a power loss may bring back the old.
  void commit();

  /// Like commit, but leaves the flush to the caller, who has many such files: `flush_file_system`. A crash
  /// before that may leave the file empty.
  void commit_unflushed();

 private:
  void rename_over_target();

  std::filesystem::path target_;
  std::string temporary_;
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<BackgroundFlush> flush_;  ///< after file_, which it uses
};

/// Flushes everything that was written to the file system that holds the folder. Throws io.
void flush_file_system(const std::filesystem::path& folder);

/// Replaces the whole contents of a file at once, as ReplacementFile does.
void replace_file(const std::filesystem::path& path, std::string_view contents);

/// Makes a folder and its missing parents, durable in their parents. Throws io.
void make_folders(const std::filesystem::path& folder);

}  // namespace corral
