#include "backends/snapshots/tar.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::snapshots {

namespace {

constexpr std::size_t block_bytes = 512;
using Block = std::array<char, block_bytes>;

/// A header field: its offset and length.
struct Field {
  std::size_t offset;
  std::size_t length;
};
constexpr Field name_field = {0, 100};
constexpr Field mode_field = {100, 8};
constexpr Field owner_field = {108, 8};
constexpr Field group_field = {116, 8};
constexpr Field size_field = {124, 12};
constexpr Field time_field = {136, 12};
constexpr Field sum_field = {148, 8};
constexpr std::size_t type_offset = 156;
constexpr std::size_t magic_offset = 257;
constexpr std::size_t prefix_offset = 345;
constexpr std::string_view magic("ustar\00000", 8);
constexpr std::uint64_t max_file_bytes = (std::uint64_t{1} << 33U) - 1;

[[noreturn]] void fail(std::string_view why) {
  throw Error(ErrorKind::corrupt, fmt::format("not a corral state archive: {}", why), "nothing was changed");
}

void put_octal(Block& block, Field field, std::uint64_t number) {
  const std::string digits = fmt::format("{:0{}o}", number, field.length - 1);
  std::memcpy(block.data() + field.offset, digits.data(), field.length - 1);
}

std::uint64_t octal(const Block& block, Field field) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i + 1 < field.length; ++i) {
    const char digit = block.at(field.offset + i);
    if (digit < '0' || digit > '7') fail("a header is damaged");
    number = number * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return number;
}

/// The header checksum: the sum of all bytes, with the checksum field itself as spaces.
std::uint64_t sum_of(const Block& block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool own = i >= sum_field.offset && i < sum_field.offset + sum_field.length;
    sum += own ? std::uint64_t{' '} : static_cast<unsigned char>(block.at(i));
  }
  return sum;
}

std::uint64_t padding_of(std::uint64_t bytes) {
  return (block_bytes - bytes % block_bytes) % block_bytes;
}

bool is_zero(const Block& block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

}  // namespace

void TarSink::begin(std::string_view name, std::uint64_t bytes, std::int64_t modified) {
  if (name.size() > name_field.length || bytes > max_file_bytes) {
    throw Error(ErrorKind::limit,
                fmt::format("{} is too large for an archive: {} bytes", shown(name), bytes));
  }
  Block block{};
  std::memcpy(block.data(), name.data(), name.size());
  put_octal(block, mode_field, 0644);
  put_octal(block, owner_field, 0);
  put_octal(block, group_field, 0);
  put_octal(block, size_field, bytes);
  put_octal(block, time_field, static_cast<std::uint64_t>(std::max<std::int64_t>(modified, 0)));
  block.at(type_offset) = '0';
  std::memcpy(block.data() + magic_offset, magic.data(), magic.size());
  const std::string sum = fmt::format("{:06o}", sum_of(block));
  std::memcpy(block.data() + sum_field.offset, sum.c_str(), sum.size() + 1);
  block.at(sum_field.offset + sum_field.length - 1) = ' ';
  sink_.write({block.data(), block.size()});
  written_ = 0;
}

void TarSink::write(std::string_view bytes) {
  sink_.write(bytes);
  written_ += bytes.size();
}

void TarSink::end_file() {
  const Block zeros{};
  sink_.write({zeros.data(), static_cast<std::size_t>(padding_of(written_))});
}

void TarSink::finish() {
  const Block zeros{};
  for (int i = 0; i < 2; ++i) sink_.write({zeros.data(), zeros.size()});
}

void TarSource::read_block(std::span<char> block) {
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t count = source_.read(block.subspan(at));
    if (count == 0) fail("it is cut short");
    at += count;
  }
}

std::optional<TarSource::File> TarSource::next() {
  Block block{};
  while (rest_ != 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(rest_, block.size()));
    read_block(std::span(block).first(piece));
    rest_ -= piece;
  }
  read_block(std::span(block).first(static_cast<std::size_t>(padding_)));
  padding_ = 0;
  read_block(block);
  if (is_zero(block)) {
    read_block(block);
    if (!is_zero(block)) fail("its end is damaged");
    // tar pads the last record with zeros; nothing else may follow.
    std::array<char, 4096> more{};
    while (const std::size_t count = source_.read(more)) {
      const std::string_view rest(more.data(), count);
      if (rest.find_first_not_of('\0') != std::string_view::npos) fail("something follows its end");
    }
    return std::nullopt;
  }
  if (std::string_view(block.data() + magic_offset, magic.size()) != magic) fail("a header is damaged");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    const char digit = block.at(sum_field.offset + i);
    if (digit < '0' || digit > '7') fail("a header is damaged");
    sum = sum * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  if (sum != sum_of(block)) fail("a header is damaged");
  File file;
  file.name.assign(block.data(), ::strnlen(block.data(), name_field.length));
  if (block.at(type_offset) != '0') fail(fmt::format("\"{}\" is not a regular file", shown(file.name)));
  if (block.at(prefix_offset) != '\0') fail(fmt::format("\"{}\" is not one of its files", shown(file.name)));
  file.bytes = octal(block, size_field);
  rest_ = file.bytes;
  padding_ = padding_of(file.bytes);
  return file;
}

std::size_t TarSource::read(std::span<char> buffer) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(rest_, buffer.size()));
  if (wanted == 0) return 0;
  const std::size_t count = source_.read(buffer.first(wanted));
  if (count == 0) fail("it is cut short");
  rest_ -= count;
  return count;
}

}  // namespace corral::snapshots
