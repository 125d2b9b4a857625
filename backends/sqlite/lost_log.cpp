#include "backends/sqlite/lost_log.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "backends/files/nofollow.hpp"

namespace corral::sqlite {

namespace {

// Offsets of fields in the WAL index header; numbers are in native byte order.
constexpr std::size_t is_init_at = 12;
constexpr std::size_t frames_at = 16;
constexpr std::size_t folded_frames_at = 96;
constexpr std::size_t header_bytes = 136;

}  // namespace

bool has_lost_log(const std::filesystem::path& database) {
  if (nofollow::status(database.native() + "-wal")) return false;
  const FileDescriptor index = nofollow::open(database.native() + "-shm", O_RDONLY);
  std::array<char, header_bytes> header{};
  if (!index || ::pread(index.get(), header.data(), header.size(), 0) != header_bytes ||
      header[is_init_at] == 0) {
    return false;
  }
  std::uint32_t frames = 0;
  std::uint32_t folded_frames = 0;
  std::memcpy(&frames, header.data() + frames_at, sizeof frames);
  std::memcpy(&folded_frames, header.data() + folded_frames_at, sizeof folded_frames);
  return folded_frames < frames;
}

}  // namespace corral::sqlite
