#pragma once

#include <cstdint>
#include <string_view>

namespace corral {

/// All pages of one database as they were at one moment: what a copy of it is made from, page by page
/// (sqlite.org/fileformat2.html). Whoever has them may keep them anywhere: an open database, a file, LMDB.
class PageSource {
 public:
  virtual ~PageSource() = default;

  /// Bytes of each page: a power of two from 512 to 65,536.
  [[nodiscard]] virtual std::uint32_t page_size() const = 0;

  /// How many pages there are; 0: the database is empty, without even a header.
  [[nodiscard]] virtual std::uint32_t page_count() const = 0;

  /// The bytes of a page, numbered from 1 to page_count. Valid until the next call. Cheapest in ascending
  /// order. Throws Error (corrupt, io).
  virtual std::string_view page(std::uint32_t number) = 0;
};

}  // namespace corral
