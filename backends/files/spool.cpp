#include "backends/files/spool.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral {

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
  std::string path = (std::filesystem::temp_directory_path() / "corral.XXXXXX").native();
  file_ = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
  if (!file_) throw system_error(errno, fmt::format("cannot make a temporary file {}", shown(path)));
  ::unlink(path.c_str());
  std::array<char, 65'536> buffer;
  while (const std::size_t count = source.read(buffer)) {
    write_fully(file_.get(), {buffer.data(), count}, path);
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
