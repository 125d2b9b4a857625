#include "backends/files/spool.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/platform/nameless_file.hpp"

namespace corral {

namespace {

constexpr const char* temporary_file = "a temporary file";

}  // namespace

FileDescriptor make_nameless_file() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  FileDescriptor nameless = platform::open_nameless(folder, O_RDWR | O_EXCL, 0600);
  if (nameless) return nameless;
  // There are no such files here, or another error occurred, which mkstemp will report.
  std::string path = (folder / "corral.XXXXXX").native();
  FileDescriptor file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) throw system_error(errno, fmt::format("cannot make a temporary file {}", shown(path)));
  ::unlink(path.c_str());
  return file;
}

void HeldBytes::write(std::string_view bytes) {
  if (recent_.size() + bytes.size() > memory_) spill();
  recent_ += bytes;
}

void HeldBytes::spill() {
  if (!file_) file_ = make_nameless_file();
  write_fully(file_.get(), recent_, temporary_file);
  in_file_ += recent_.size();
  recent_.clear();
}

FileDescriptor HeldBytes::rewound_file() {
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) throw system_error(errno, "cannot read a temporary file again");
  in_file_ = 0;
  return std::exchange(file_, FileDescriptor());
}

void HeldBytes::release(ByteSink& sink) {
  if (file_) {
    FileSource source(rewound_file(), temporary_file);
    std::array<char, 65'536> buffer;
    while (const std::size_t count = source.read(buffer)) sink.write({buffer.data(), count});
  }
  sink.write(recent_);
  recent_.clear();
}

std::unique_ptr<ByteSource> HeldBytes::take() {
  if (!file_) return std::make_unique<OwnedSource>(std::exchange(recent_, {}));
  spill();
  return std::make_unique<FileSource>(rewound_file(), temporary_file);
}

RereadableInput::RereadableInput(FileDescriptor file, std::string name) : name_(std::move(name)) {
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) {
    file_ = std::move(file);
    size_ = static_cast<std::uint64_t>(status.st_size);
    return;
  }
  FileSource source(std::move(file), name_);
  spool(source);
}

RereadableInput::RereadableInput(ByteSource& source, std::string name) : name_(std::move(name)) {
  spool(source);
}

void RereadableInput::spool(ByteSource& source) {
  file_ = make_nameless_file();
  std::array<char, 65'536> buffer;
  while (const std::size_t count = source.read(buffer)) {
    write_fully(file_.get(), {buffer.data(), count}, temporary_file);
    size_ += count;
  }
}

std::unique_ptr<ByteSource> RereadableInput::read_again() const {
  FileDescriptor copy(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy || ::lseek(copy.get(), 0, SEEK_SET) != 0) {
    throw system_error(errno, fmt::format("cannot read {} again", shown(name_)));
  }
  return std::make_unique<FileSource>(std::move(copy), name_);
}

}  // namespace corral
