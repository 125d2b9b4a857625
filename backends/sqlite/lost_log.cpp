#include "backends/sqlite/lost_log.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <system_error>

namespace corral::sqlite {

namespace {

// Where the fields of the index's header are; numbers are in the machine's own order.
constexpr std::size_t is_init_at = 12;
constexpr std::size_t frames_at = 16;
constexpr std::size_t folded_frames_at = 96;
constexpr std::size_t header_bytes = 136;

}  // namespace

bool has_lost_log(const std::filesystem::path& database) {
  std::error_code ignored;
  if (std::filesystem::exists(database.native() + "-wal", ignored) || ignored) return false;
  std::ifstream index(database.native() + "-shm", std::ios::binary);
  std::array<char, header_bytes> header{};
  if (!index.read(header.data(), header.size()) || header[is_init_at] == 0) return false;
  std::uint32_t frames = 0;
  std::uint32_t folded_frames = 0;
  std::memcpy(&frames, header.data() + frames_at, sizeof frames);
  std::memcpy(&folded_frames, header.data() + folded_frames_at, sizeof folded_frames);
  return folded_frames < frames;
}

}  // namespace corral::sqlite
