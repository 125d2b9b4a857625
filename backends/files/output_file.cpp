#include "backends/files/output_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <climits>
#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/kernel_files.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

constexpr int most_links = 40;  // the kernel's limit

/// For a path whose links have been followed.
std::optional<int> inherited_at(const fs::path& path) {
  const std::optional<int> number = platform::named_descriptor(path);
  if (!number) return std::nullopt;
  // Descriptors opened by the program itself are close-on-exec; inherited ones cannot be.
  const int flags = ::fcntl(*number, F_GETFD);
  if (flags < 0 || (flags & FD_CLOEXEC) != 0) {
    throw Error(ErrorKind::not_found,
                fmt::format("cannot write {}: there is no such open file", shown(path.native())));
  }
  return number;
}

}  // namespace

fs::path end_of_links(const fs::path& path) {
  fs::path end = path;
  std::array<char, PATH_MAX> text{};
  for (int links = 0; links < most_links; ++links) {
    const ssize_t length = ::readlink(end.c_str(), text.data(), text.size());
    // Not a link, or nothing there; other errors surface when it is opened.
    if (length < 0) return end;
    if (platform::has_links_to_open_files(end.has_parent_path() ? end.parent_path() : ".")) return end;
    end = end.parent_path() / fs::path(std::string(text.data(), static_cast<std::size_t>(length)));
  }
  throw cannot_write(path, ELOOP);
}

std::optional<int> inherited_descriptor(const fs::path& path) {
  return inherited_at(end_of_links(path));
}

OutputFile::OutputFile(const fs::path& path, std::function<void()> check_interrupt)
    : path_(path), check_interrupt_(std::move(check_interrupt)) {
  const fs::path end = end_of_links(path);
  struct stat status {};
  const bool is_there = ::lstat(end.c_str(), &status) == 0;
  if (const auto descriptor = is_there ? inherited_at(end) : std::nullopt) {
    stream_ = FileDescriptor(::fcntl(*descriptor, F_DUPFD_CLOEXEC, 0));
    if (!stream_) throw cannot_write(path, errno);
  } else if (!is_there || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) {
    replacement_.emplace(end);
  } else {
    // Only a /proc link can still lead to a regular file.
    open(end, S_ISLNK(status.st_mode) ? O_TRUNC : 0);
  }
}

void OutputFile::open(const fs::path& path, int flags) {
  while (true) {
    stream_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC | flags));
    if (stream_) return;
    if (errno != EINTR) throw cannot_write(path_, errno);
    check_interrupt_();
  }
}

void OutputFile::write(std::string_view bytes) {
  if (replacement_) {
    replacement_->write(bytes);
    return;
  }
  while (!bytes.empty()) {
    const ssize_t count = ::write(stream_.get(), bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd waiting{stream_.get(), POLLOUT, 0};
      ::poll(&waiting, 1, -1);
    } else if (errno != EINTR) {
      throw cannot_write(path_, errno);
    }
    if (!bytes.empty()) check_interrupt_();
  }
}

void OutputFile::commit() {
  if (replacement_) {
    replacement_->commit();
    return;
  }
  // Devices, FIFOs and sockets have nothing to flush and fail with EINVAL or EROFS.
  struct stat status {};
  if (::fstat(stream_.get(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)))
    flush_to_disk(stream_.get(), path_.native());
  stream_ = {};
}

}  // namespace corral
