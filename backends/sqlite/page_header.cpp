#include "backends/sqlite/page_header.hpp"

#include <array>
#include <bit>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::sqlite {

namespace {

constexpr std::string_view magic("SQLite format 3\0", 16);

/// The fields that belong to the file rather than its content: the write and read versions (2: WAL), the
/// change counter, the schema cookie, and the change counter and SQLite version of the last writer.
struct Field {
  std::size_t offset;
  std::size_t length;
};
constexpr std::array<Field, 4> own_fields = {{{18, 2}, {24, 4}, {40, 4}, {92, 8}}};

constexpr std::size_t page_size_offset = 16;
constexpr std::size_t page_count_offset = 28;

}  // namespace

PageHeader::PageHeader(std::string_view first_page, std::string_view what) : page_(first_page) {
  const bool whole = page_.size() >= bytes && page_.starts_with(magic);
  if (!whole || !std::has_single_bit(page_size()) || page_size() < 512 || page_size() != page_.size()) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is not the image of a database", shown(what)),
                "nothing was changed; take another copy");
  }
}

std::uint32_t PageHeader::page_size() const {
  const std::uint32_t stored = number_at(page_size_offset) >> 16U;
  return stored == 1 ? 65'536 : stored;
}

std::uint32_t PageHeader::number_at(std::size_t offset) const {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(page_[offset + i]);
  return number;
}

std::string adopted_first_page(std::string_view image, std::string_view own, std::uint32_t page_count) {
  std::string page(image);
  for (const Field& field : own_fields) {
    page.replace(field.offset, field.length, own.substr(field.offset, field.length));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    page[page_count_offset + i] = static_cast<char>(page_count >> (24U - 8U * i) & 0xFFU);
  }
  return page;
}

}  // namespace corral::sqlite
