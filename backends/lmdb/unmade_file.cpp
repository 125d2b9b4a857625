#include "backends/lmdb/unmade_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"

namespace corral::lmdb {

namespace {

/// Whether these bytes are the start of a file that LMDB created but never committed an even transaction to:
/// page 0 with LMDB's magic number and transaction 0, or as much of it as there is. The data of a first, odd
/// transaction lies beyond the two pages that a short file lacks.
bool is_beginning_of_unused_file(std::string_view bytes) {
  constexpr std::size_t page_number_bytes = 8;
  constexpr std::size_t mark_at = 16;
  constexpr std::size_t transaction_at = 144;
  constexpr std::uint32_t mark = 0xBEEFC0DE;
  if (bytes.substr(0, page_number_bytes).find_first_not_of('\0') != std::string_view::npos) return false;
  std::uint32_t found = mark;
  if (bytes.size() >= mark_at + sizeof found) std::memcpy(&found, bytes.data() + mark_at, sizeof found);
  std::uint64_t transaction = 0;
  if (bytes.size() >= transaction_at + sizeof transaction)
    std::memcpy(&transaction, bytes.data() + transaction_at, sizeof transaction);
  return found == mark && transaction == 0;
}

/// Whether a file that is too short for LMDB was truncated during its creation, rather than damaged later.
bool was_never_used(const std::string& file, std::uint64_t length) {
  const FileDescriptor opened = nofollow::open(file, O_RDONLY);
  std::string bytes(length, '\0');
  return opened && ::pread(opened.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(length) &&
         is_beginning_of_unused_file(bytes);
}

}  // namespace

std::uint64_t begin_again_if_unmade(const std::string& file, std::uint64_t length) {
  const auto first_write_bytes = 2 * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  constexpr int attempts = 50;
  for (int attempt = 0; length > 0 && length < first_write_bytes; ++attempt) {
    if (attempt == attempts && !was_never_used(file, length)) return length;
    if (attempt == attempts && ::truncate(file.c_str(), 0) != 0)
      throw system_error(errno, fmt::format("cannot empty {}", shown(file)));
    if (attempt < attempts) ::usleep(1'000);
    const auto status = nofollow::regular_file_status(file);
    length = status ? static_cast<std::uint64_t>(status->st_size) : 0;
  }
  return length;
}

}  // namespace corral::lmdb
