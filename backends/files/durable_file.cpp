#include "backends/files/durable_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/platform/flush.hpp"
#include "backends/platform/pipe.hpp"

namespace corral {

namespace fs = std::filesystem;

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::string_view kind_of_file(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFIFO: return "a FIFO";
    case S_IFSOCK: return "a socket";
    case S_IFCHR:
    case S_IFBLK: return "a device";
    case S_IFDIR: return "a folder";
    default: return "a file";
  }
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (platform::make_pipe(ends) != 0) throw system_error(errno, "cannot make a pipe");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

FileDescriptor open_for_reading(const fs::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    throw system_error(errno, fmt::format("cannot open {}", shown(path.native())));
  }
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::invalid_input, fmt::format("{} is a folder, not a file", shown(path.native())));
  }
  return file;
}

FileSource::FileSource(FileDescriptor file, std::string name)
    : file_(std::move(file)),
      name_(std::move(name)),
      start_(::lseek(file_.get(), 0, SEEK_CUR)),
      position_(start_) {}

std::size_t FileSource::read(std::span<char> buffer) {
  while (true) {
    const ssize_t count = ::read(file_.get(), buffer.data(), buffer.size());
    if (count >= 0) {
      position_ += count;
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) throw system_error(errno, fmt::format("cannot read {}", shown(name_)));
  }
}

std::optional<std::uint64_t> FileSource::remaining() const {
  if (start_ < 0) return std::nullopt;
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status.st_size > position_ ? static_cast<std::uint64_t>(status.st_size - position_) : 0;
}

bool FileSource::rewind() {
  if (start_ < 0 || ::lseek(file_.get(), start_, SEEK_SET) != start_) return false;
  position_ = start_;
  return true;
}

namespace {

class FileSection final : public ByteSource {
 public:
  FileSection(int fd, std::string name, std::uint64_t start, std::uint64_t length)
      : fd_(fd), name_(std::move(name)), start_(start), length_(length) {}

  std::size_t read(std::span<char> buffer) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), length_ - read_));
    while (true) {
      const ssize_t count = ::pread(fd_, buffer.data(), wanted, static_cast<off_t>(start_ + read_));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error(errno, fmt::format("cannot read {}", shown(name_)));
      read_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return length_ - read_; }
  bool rewind() override {
    read_ = 0;
    return true;
  }

 private:
  int fd_;
  std::string name_;
  std::uint64_t start_;
  std::uint64_t length_;
  std::uint64_t read_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> FileSource::section(std::uint64_t offset, std::uint64_t length) {
  if (start_ < 0) return nullptr;
  return std::make_unique<FileSection>(file_.get(), name_, static_cast<std::uint64_t>(start_) + offset,
                                       length);
}

void write_fully(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, fmt::format("cannot write {}", shown(name)));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void flush_to_disk(int fd, std::string_view name) {
  if (platform::flush_file(fd) != 0)
    throw system_error(errno, fmt::format("cannot flush {} to disk", shown(name)));
}

void flush_folder(const fs::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) throw system_error(errno, fmt::format("cannot open folder {}", shown(folder.native())));
  flush_to_disk(file.get(), folder.native());
}

void flush_file_system(const fs::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file || platform::flush_file_system(file.get()) != 0) {
    throw system_error(errno, fmt::format("cannot flush {} to disk", shown(folder.native())));
  }
}

void make_folders(const fs::path& folder) {
  bool made = ::mkdir(folder.c_str(), 0777) == 0;
  if (!made && errno == ENOENT && folder.has_parent_path() && folder.parent_path() != folder) {
    make_folders(folder.parent_path());
    // Try only once: in /proc or a deleted folder it always fails with ENOENT.
    made = ::mkdir(folder.c_str(), 0777) == 0;
  }
  if (made) {
    flush_folder(folder.has_parent_path() ? folder.parent_path() : ".");
    return;
  }
  struct stat status {};
  if (errno != EEXIST || ::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    throw cannot_write(folder, errno, "make folder");
  }
}

}  // namespace corral
