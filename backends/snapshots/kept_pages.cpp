#include "backends/snapshots/kept_pages.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/sqlite/page_header.hpp"

namespace corral::snapshots {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10U;

}  // namespace

KeptPages::KeptPages(const std::filesystem::path& file)
    : name_(shown(file.native())), file_(nofollow::open_for_reading(file)) {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) throw system_error(errno, fmt::format("cannot read {}", name_));
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  if (bytes == 0) return;
  read_from(0);
  std::uint32_t size = 512;  // of what may be the header; PageHeader checks it
  if (buffer_.size() >= 512) {
    size = static_cast<unsigned char>(buffer_[16]) * 256U + static_cast<unsigned char>(buffer_[17]);
    if (size == 1) size = 65'536;
  }
  page_size_ = sqlite::PageHeader(std::string_view(buffer_).substr(0, size), name_).page_size();
  const std::uint64_t count = bytes / page_size_;
  if (bytes % page_size_ != 0 || count > std::numeric_limits<std::uint32_t>::max() - 1) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is cut short", name_), "nothing was changed");
  }
  page_count_ = static_cast<std::uint32_t>(count);
}

void KeptPages::read_from(std::uint64_t offset) {
  buffer_.resize(buffer_bytes);
  const ssize_t count = ::pread(file_.get(), buffer_.data(), buffer_.size(), static_cast<off_t>(offset));
  if (count < 0) throw system_error(errno, fmt::format("cannot read {}", name_));
  buffer_.resize(static_cast<std::size_t>(count));
  buffer_at_ = offset;
}

std::string_view KeptPages::page(std::uint32_t number) {
  const std::uint64_t offset = std::uint64_t{number - 1} * page_size_;
  if (offset < buffer_at_ || offset + page_size_ > buffer_at_ + buffer_.size()) read_from(offset);
  return std::string_view(buffer_).substr(offset - buffer_at_, page_size_);
}

}  // namespace corral::snapshots
