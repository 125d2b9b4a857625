#include "backends/files/replacement_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/platform/flush.hpp"
#include "backends/platform/nameless_file.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view unfinished_prefix = ".corral-unfinished-";
constexpr std::size_t unfinished_digits = 16;

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

fs::path new_unfinished_path(const fs::path& folder) {
  return folder / fmt::format("{}{}", unfinished_prefix, random_hex(unfinished_digits / 2));
}

/// Whether nameless files are unsupported: without them in the file system or kernel, open fails with one of
/// these.
bool lacks_nameless_files(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EISDIR || error_number == ENOENT ||
         error_number == EINVAL;
}

}  // namespace

bool is_unfinished_name(std::string_view name) noexcept {
  return name.size() == unfinished_prefix.size() + unfinished_digits && name.starts_with(unfinished_prefix) &&
         name.find_first_not_of("0123456789abcdef", unfinished_prefix.size()) == std::string_view::npos;
}

Error cannot_write(const fs::path& file, int error_number, std::string_view action) {
  const std::string what = fmt::format("cannot {} {}: ", action, shown(file.native()));
  const fs::path folder = folder_of(file);
  switch (error_number) {
    case ENOENT:
      if (::access(folder.c_str(), F_OK) == 0) break;
      return Error(ErrorKind::not_found, fmt::format("{}there is no folder {}", what, shown(folder.native())),
                   "make the folder first, with mkdir -p");
    case EACCES:
    case EPERM:
      return Error(ErrorKind::denied, what + std::strerror(error_number),
                   "check the permissions of the file and of its folder");
    case EEXIST:
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EILSEQ:
    case EINVAL: return Error(ErrorKind::invalid_input, what + std::strerror(error_number));
    default: break;
  }
  return Error(ErrorKind::io, what + std::strerror(error_number));
}

ReplacementFile::ReplacementFile(const fs::path& path) : target_(path) {
  if (!target_.has_filename()) {
    throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" does not name a file", shown(path.native())),
                "end the path with the name of the file");
  }
  struct stat old {};
  replaces_ = ::lstat(target_.c_str(), &old) == 0;
  if (!replaces_ && errno != ENOENT) throw cannot_write(target_, errno);
  const bool is_file = replaces_ && S_ISREG(old.st_mode);
  if (replaces_ && !is_file && !S_ISLNK(old.st_mode)) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} is {}, not a file", shown(path.native()), kind_of_file(old.st_mode)));
  }
  if (!is_file) {
    open(0666);
  } else {
    // rename checks only the folder; a file that may not be written must not be replaced either.
    if (::faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) != 0) throw cannot_write(target_, errno);
    open(0600);
    // Before the permissions, as it may clear some of them.
    const bool is_ours = old.st_uid == ::geteuid() && old.st_gid == ::getegid();
    const bool is_owned = is_ours || ::fchown(file_.get(), old.st_uid, old.st_gid) == 0;
    // A set-user-ID bit must not end up on a file of another owner.
    ::fchmod(file_.get(), old.st_mode & (is_owned ? 07777 : 0777));
  }
  flush_ = std::make_unique<BackgroundFlush>(file_.get());
}

void ReplacementFile::open(mode_t mode) {
  const fs::path folder = folder_of(target_);
  file_ = platform::open_nameless(folder, O_WRONLY, mode);
  if (file_ && platform::can_give_names()) return;
  if (!file_ && !lacks_nameless_files(errno)) throw cannot_write(target_, errno);
  do {
    temporary_ = new_unfinished_path(folder);
    file_ = FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  } while (!file_ && errno == EEXIST);
  if (!file_) {
    temporary_.clear();
    throw cannot_write(target_, errno);
  }
}

ReplacementFile::~ReplacementFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void ReplacementFile::write(std::string_view bytes) {
  write_fully(file_.get(), bytes, target_.native());
  bytes_ += bytes.size();
  flush_->wrote(bytes_, target_.native());
}

/// Links the file under a name that must be free. False: it is taken (errno is EEXIST), or another error.
bool ReplacementFile::link_to(const fs::path& name) const {
  if (!temporary_.empty()) return ::link(temporary_.c_str(), name.c_str()) == 0;
  return platform::give_name(file_, name);
}

void ReplacementFile::take_name() {
  if (temporary_.empty()) {
    if (!replaces_ && link_to(target_)) return;
    if (!replaces_ && errno != EEXIST) throw cannot_write(target_, errno);
    fs::path between = new_unfinished_path(folder_of(target_));
    while (!link_to(between)) {
      if (errno != EEXIST) throw cannot_write(target_, errno);
      between = new_unfinished_path(folder_of(target_));
    }
    temporary_ = std::move(between);
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw cannot_write(target_, errno);
  temporary_.clear();
}

void ReplacementFile::flush_name() const {
  try {
    flush_folder(folder_of(target_));
  } catch (const Error& error) {
    throw UnknownOutcome(fmt::format("the new contents of {}", shown(target_.native())), error.message());
  }
}

void ReplacementFile::flush() {
  flush_->finish(target_.native());
  flush_to_disk(file_.get(), target_.native());
}

void ReplacementFile::flush_file_system() const {
  if (platform::flush_file_system(file_.get()) != 0) throw cannot_write(target_, errno);
}

dev_t ReplacementFile::device() const {
  struct stat status {};
  return ::fstat(file_.get(), &status) == 0 ? status.st_dev : dev_t{};
}

void ReplacementFile::commit() {
  flush();
  take_name();
  flush_name();
}

bool ReplacementFile::commit_if_absent() {
  flush();
  if (!link_to(target_)) {
    if (errno == EEXIST) return false;
    throw cannot_write(target_, errno);
  }
  flush_name();
  return true;
}

void ReplacementFile::commit_unflushed() {
  flush_->finish(target_.native());
  take_name();
}

void replace_file(const fs::path& path, std::string_view contents) {
  ReplacementFile file(path);
  file.write(contents);
  file.commit();
}

}  // namespace corral
