#include "backends/bytes/crc.hpp"

#include <array>
#include <cstring>

namespace corral {

namespace {

constexpr std::size_t byte_values = 256;
constexpr std::size_t word = 8;

}  // namespace

/// table[n][b]: the check of byte b followed by n zero bytes, so that eight bytes are taken at once.
struct Crc::Tables {
  explicit Tables(std::uint64_t polynomial) {
    for (std::size_t value = 0; value < byte_values; ++value) {
      std::uint64_t state = value;
      for (int bit = 0; bit < 8; ++bit) state = (state & 1U) != 0 ? (state >> 1U) ^ polynomial : state >> 1U;
      table[0][value] = state;
    }
    for (std::size_t zeros = 1; zeros < word; ++zeros) {
      for (std::size_t value = 0; value < byte_values; ++value) {
        const std::uint64_t before = table[zeros - 1][value];
        table[zeros][value] = (before >> 8U) ^ table[0][before & 0xFFU];
      }
    }
  }
  std::array<std::array<std::uint64_t, byte_values>, word> table{};
};

/// Polynomials with their bits reversed, as all three take the lowest bit first.
const Crc::Tables& Crc::tables_of(CrcKind kind) {
  static const Tables crc32(0xEDB88320U);
  static const Tables crc32c(0x82F63B78U);
  static const Tables crc64nvme(0x9A6C9329AC4BC9B5U);
  switch (kind) {
    case CrcKind::crc32: return crc32;
    case CrcKind::crc32c: return crc32c;
    case CrcKind::crc64nvme: break;
  }
  return crc64nvme;
}

Crc::Crc(CrcKind kind)
    : tables_(&tables_of(kind)),
      is_wide_(kind == CrcKind::crc64nvme),
      state_(is_wide_ ? ~std::uint64_t{0} : std::uint64_t{0xFFFFFFFFU}) {}

void Crc::update(std::string_view bytes) {
  const auto& table = tables_->table;
  std::uint64_t state = state_;
  while (bytes.size() >= word) {
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < word; ++i)
      next |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    next ^= state;
    state = 0;
    for (std::size_t i = 0; i < word; ++i) state ^= table[word - 1 - i][(next >> (8 * i)) & 0xFFU];
    bytes.remove_prefix(word);
  }
  for (const char c : bytes)
    state = (state >> 8U) ^ table[0][(state ^ static_cast<unsigned char>(c)) & 0xFFU];
  state_ = state;
}

std::string Crc::digest() const {
  const std::uint64_t check = is_wide_ ? ~state_ : state_ ^ 0xFFFFFFFFU;
  std::string digest;
  for (unsigned shift = is_wide_ ? 64 : 32; shift > 0; shift -= 8)
    digest += static_cast<char>((check >> (shift - 8)) & 0xFFU);
  return digest;
}

}  // namespace corral
