#include "backends/files/nofollow.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/path_lookup.hpp"

namespace corral::nofollow {

namespace fs = std::filesystem;

namespace {

bool is_link(const fs::path& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

/// The first component that is a link, as a path.
std::optional<fs::path> first_link(const fs::path& path) {
  fs::path walked;
  for (const fs::path& component : path) {
    walked /= component;
    if (is_link(walked)) return walked;
  }
  return std::nullopt;
}

[[noreturn]] void refuse(const fs::path& link) {
  throw Error(
      ErrorKind::denied,
      fmt::format("{} is a symbolic link, and corral follows no links inside a state folder",
                  shown(link.native())),
      "replace it with the file or folder it leads to, or remove it; the state folder itself may be a link");
}

[[noreturn]] void refuse_kind(const fs::path& path, mode_t mode, std::string_view wanted) {
  throw Error(ErrorKind::invalid_input,
              fmt::format("{} is {}, not {}", shown(path.native()), kind_of_file(mode), wanted),
              "remove it or put it elsewhere");
}

/// Whether something is at the path, of any kind; `found` (may be null) gets its lstat. False: errno has the
/// reason.
bool look(const fs::path& path, struct stat* found) {
  if (platform::look_without_links(path, found)) return true;
  if (errno == ELOOP) {
    if (const auto link = first_link(path)) refuse(*link);
    errno = ELOOP;
  }
  return false;
}

bool is_missing(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

/// Throws an Error naming what blocks a folder.
[[noreturn]] void refuse_obstacle(const fs::path& folder) {
  fs::path walked;
  for (const fs::path& component : folder) {
    walked /= component;
    struct stat found {};
    if (::stat(walked.c_str(), &found) == 0 && !S_ISDIR(found.st_mode)) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("the state folder cannot be {}: {} is {}, not a folder", shown(folder.native()),
                              shown(walked.native()), kind_of_file(found.st_mode)),
                  "choose another folder with --persist-to");
    }
  }
  throw system_error(ENOTDIR, fmt::format("cannot use the state folder {}", shown(folder.native())));
}

/// Whether the path leads to a folder, through no link.
bool is_reached(const fs::path& folder) {
  return static_cast<bool>(
      platform::open_without_links(folder, platform::as_starting_point | O_DIRECTORY, 0));
}

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

}  // namespace

fs::path resolved_root(const fs::path& folder) {
  if (is_reached(folder) || errno == ENOENT) return folder;
  if (errno == ELOOP) {
    std::error_code error;
    fs::path real = fs::weakly_canonical(folder, error);
    if (error)
      throw system_error(error.value(),
                         fmt::format("cannot use the state folder {}", shown(folder.native())));
    if (const auto link = first_link(real)) {
      throw Error(ErrorKind::not_found,
                  fmt::format("the state folder cannot be {}: the symbolic link {} leads to nothing",
                              shown(folder.native()), shown(link->native())),
                  "make the folder it leads to, or remove the link");
    }
    if (is_reached(real) || errno == ENOENT) return real;
  }
  if (errno == ENOTDIR) refuse_obstacle(folder);
  throw system_error(errno, fmt::format("cannot use the state folder {}", shown(folder.native())));
}

FileDescriptor open(const fs::path& path, int flags, mode_t mode) {
  const bool any_kind = (flags & (platform::as_starting_point | O_DIRECTORY)) != 0;
  FileDescriptor file =
      platform::open_without_links(path, any_kind ? flags : flags | O_NONBLOCK | O_NOCTTY, mode);
  const int error_number = errno;
  if (!file && error_number == ELOOP) refuse_links(path);
  struct stat found {};
  if (!any_kind && file && (flags & O_EXCL) == 0 && ::fstat(file.get(), &found) == 0 &&
      !S_ISREG(found.st_mode)) {
    refuse_kind(path, found.st_mode, "a file");
  }
  // A socket (macOS: EOPNOTSUPP), or a FIFO that nothing reads from.
  if (!file && (error_number == ENXIO || error_number == EISDIR || error_number == EOPNOTSUPP)) {
    if (const auto there = nofollow::status(path)) refuse_kind(path, there->st_mode, "a file");
  }
  errno = error_number;
  return file;
}

FileDescriptor open_for_reading(const fs::path& path) {
  FileDescriptor file = open(path, O_RDONLY);
  if (!file) throw system_error(errno, fmt::format("cannot open {}", shown(path.native())));
  return file;
}

void refuse_links(const fs::path& path) {
  look(path, nullptr);
}

std::optional<struct stat> status(const fs::path& path) {
  struct stat found {};
  if (look(path, &found)) return found;
  if (is_missing(errno)) return std::nullopt;
  throw system_error(errno, fmt::format("cannot look at {}", shown(path.native())));
}

std::optional<struct stat> entry_status(const fs::path& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (is_missing(errno)) return std::nullopt;
    throw system_error(errno, fmt::format("cannot look at {}", shown(path.native())));
  }
  if (S_ISLNK(found.st_mode)) refuse(path);
  return found;
}

std::optional<struct stat> regular_file_status(const fs::path& path) {
  const auto found = entry_status(path);
  if (found && !S_ISREG(found->st_mode)) refuse_kind(path, found->st_mode, "a file");
  return found;
}

bool is_folder(const fs::path& path) {
  const auto found = nofollow::status(path);
  return found && S_ISDIR(found->st_mode);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  FileDescriptor file = open(folder, O_RDONLY | O_DIRECTORY);
  if (!file && is_missing(errno)) return names;
  const auto fail = [&] { throw system_error(errno, fmt::format("cannot list {}", shown(folder.native()))); };
  if (!file) fail();
  const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0)));
  if (!entries) fail();
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entry->d_type == DT_LNK || (entry->d_type == DT_UNKNOWN && is_link(folder / name)))
      refuse(folder / name);
    names.emplace_back(name);
  }
  if (errno != 0) fail();
  return names;
}

void make_folders(const fs::path& folder) {
  refuse_links(folder);
  corral::make_folders(folder);
}

}  // namespace corral::nofollow
